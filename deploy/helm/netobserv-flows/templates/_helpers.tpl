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
