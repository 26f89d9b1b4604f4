{{/* Name of everything of a part: netobserv.name (list . "collector") */}}
{{- define "netobserv.name" -}}
{{- $root := index . 0 -}}
{{- $base := ternary $root.Release.Name (printf "%s-%s" $root.Release.Name $root.Chart.Name) (contains $root.Chart.Name $root.Release.Name) -}}
{{- printf "%s-%s" ($base | trunc 45 | trimSuffix "-") (index . 1) -}}
{{- end -}}

{{/* Labels that select a part's pods; they may never change. */}}
{{- define "netobserv.selector" -}}
app.kubernetes.io/name: netobserv-flows
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "netobserv.labels" -}}
{{- $root := index . 0 -}}
{{ include "netobserv.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end -}}

{{- define "netobserv.image" -}}
{{- $root := index . 0 -}}{{- $image := index . 1 -}}
{{ printf "%s:%s" $image.repository ($image.tag | default $root.Chart.AppVersion) | quote }}
{{- end -}}

{{/* Of all containers but that of node-export. */}}
{{- define "netobserv.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* Of all pods but those of node-export: netobserv.podSecurity USER */}}
{{- define "netobserv.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{/* Where a part's pods may run. */}}
{{- define "netobserv.placement" -}}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "netobserv.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "netobserv.claim" -}}
accessModes: [ReadWriteOnce]
{{- with .storageClassName }}
storageClassName: {{ . | quote }}
{{- end }}
resources:
  requests:
    storage: {{ .size }}
{{- end -}}

{{- define "netobserv.lokiUrl" -}}
{{- if eq .Values.loki.mode "single" -}}
http://{{ include "netobserv.name" (list . "loki") }}:3100
{{- else -}}
{{ required "loki.external.url: needed where loki.mode is external; write it like http://loki-gateway.loki" .Values.loki.external.url }}
{{- end -}}
{{- end -}}

{{/* The collector's configuration file: what the chart knows, and collector.config before it. */}}
{{- define "netobserv.collectorConfig" -}}
{{- $values := .Values.collector -}}
{{- $receive := dict "listen" $values.udpPorts -}}
{{- with $values.tcpPorts }}{{- $_ := set $receive "tcp" (dict "listen" .) }}{{- end -}}
{{- if $values.tls.ports }}
{{- $tls := dict "listen" $values.tls.ports "cert" "/etc/netobserv/tls/tls.crt" "key" "/etc/netobserv/tls/tls.key" -}}
{{- if $values.tls.clientCa }}{{- $_ := set $tls "clientCa" "/etc/netobserv/tls/ca.crt" }}{{- end -}}
{{- $_ := set $receive "tls" $tls -}}
{{- end -}}
{{- /* Of the 5,000 streams that Loki lets one tenant have by default. */ -}}
{{- $loki := dict "url" (include "netobserv.lokiUrl" .) "maxStreams" (div 4500 (max 1 $values.replicas)) -}}
{{- if eq .Values.loki.mode "external" -}}
{{- with .Values.loki.external.tenant }}{{- $_ := set $loki "tenant" . }}{{- end -}}
{{- if eq .Values.loki.external.auth "token" }}{{- $_ := set $loki "bearerTokenFile" "/etc/netobserv/loki/token" }}{{- end -}}
{{- if .Values.loki.external.ca }}{{- $_ := set $loki "tls" (dict "ca" "/etc/netobserv/loki/ca.crt") }}{{- end -}}
{{- end -}}
{{- $spool := dict "path" "/var/lib/netobserv/spool" "maxBytes" (int64 $values.spool.maxBytes) -}}
{{- $own := dict "receive" $receive "loki" $loki "spool" $spool "http" (dict "listen" 9469) "enrich" (dict "kubernetes" (dict "enabled" $values.kubernetes)) -}}
{{- if gt (int $values.replicas) 1 }}{{- $_ := set $own "dedup" (dict "assumeNodesExport" true) }}{{- end -}}
{{- mergeOverwrite $own (deepCopy $values.config) | toYaml -}}
{{- end -}}
