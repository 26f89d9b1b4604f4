{{/*
Name of everything of a part: netobserv.name (list . "collector"). With 42 characters before it the longest StatefulSet's
name leaves room for the hash that its controller appends in a label of 63.
*/}}
{{- define "netobserv.name" -}}
{{- $root := index . 0 -}}
{{- $base := ternary $root.Release.Name (printf "%s-%s" $root.Release.Name $root.Chart.Name) (contains $root.Chart.Name $root.Release.Name) -}}
{{- printf "%s-%s" ($base | trunc 42 | trimSuffix "-") (index . 1) -}}
{{- end -}}

{{/* Labels that select a part's pods; they may never change. */}}
{{- define "netobserv.selector" -}}
app.kubernetes.io/name: netobserv-flows
app.kubernetes.io/instance: {{ (index . 0).Release.Name | quote }}
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

{{/* Port that nodes export to: 4739, that of IPFIX, where the collector listens there. */}}
{{- define "netobserv.exportPort" -}}
{{- $port := first .Values.collector.udpPorts -}}
{{- range .Values.collector.udpPorts }}{{ if eq (int .) 4739 }}{{ $port = . }}{{ end }}{{ end -}}
{{- int $port -}}
{{- end -}}

{{/* Bytes of a quantity such as 5Gi, as far as values.schema.json lets any through. */}}
{{- define "netobserv.bytes" -}}
{{- $unit := regexFind "[A-Za-z]*$" . -}}
{{- $factors := dict "" 1 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- mulf (trimSuffix $unit . | float64) (get $factors $unit) | int64 -}}
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
