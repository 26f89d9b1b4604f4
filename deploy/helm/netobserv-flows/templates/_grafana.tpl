{{/*
The file of data sources: as it is, or with the tenant, login and CA of an external Loki. Passwords come from variables,
whose values Grafana takes as they are: what a file holds it searches for `$` once more. In a Grafana that is there already
the others do too, as it would not start for want of a file.
*/}}
{{- define "netobserv.datasources" -}}
{{- $text := .Files.Get "files/datasources.yaml" | replace "$LOKI_URL" (include "netobserv.lokiUrl" .) -}}
{{- if eq .Values.loki.mode "single" -}}
{{- $text -}}
{{- else -}}
{{- $external := .Values.loki.external -}}
{{- $deploy := eq .Values.grafana.mode "deploy" -}}
{{- $file := fromYaml $text -}}
{{- $source := first $file.datasources -}}
{{- $secure := dict -}}
{{- with $external.tenant }}
{{- $_ := set $source.jsonData "httpHeaderName1" "X-Scope-OrgID" -}}
{{- $_ := set $secure "httpHeaderValue1" . -}}
{{- end -}}
{{- if eq $external.auth "basic" }}
{{- $_ := set $source "basicAuth" true -}}
{{- $_ := set $source "basicAuthUser" "$NETOBSERV_LOKI_USERNAME" -}}
{{- $_ := set $secure "basicAuthPassword" "$NETOBSERV_LOKI_PASSWORD" -}}
{{- else if eq $external.auth "token" }}
{{- /* Grafana reads headers by number, up to the first that is not there. */ -}}
{{- $number := ternary "1" "2" (empty $external.tenant) -}}
{{- $_ := set $source.jsonData (print "httpHeaderName" $number) "Authorization" -}}
{{- $token := ternary "$__file{/etc/netobserv/loki/token}" "$NETOBSERV_LOKI_TOKEN" $deploy -}}
{{- $_ := set $secure (print "httpHeaderValue" $number) (print "Bearer " $token) -}}
{{- end -}}
{{- if $external.ca }}
{{- $_ := set $source.jsonData "tlsAuthWithCACert" true -}}
{{- $_ := set $secure "tlsCACert" (ternary "$__file{/etc/netobserv/loki/ca.crt}" "$NETOBSERV_LOKI_CA" $deploy) -}}
{{- end -}}
{{- if $secure }}{{- $_ := set $source "secureJsonData" $secure }}{{- end -}}
{{- toYaml $file -}}
{{- end -}}
{{- end -}}

{{/* The file of apps: as it is, or with the settings of grafana.app. Grafana searches texts in it for `$`, too. */}}
{{- define "netobserv.apps" -}}
{{- $text := .Files.Get "files/apps.yaml" -}}
{{- if .Values.grafana.app -}}
{{- $file := fromYaml $text -}}
{{- $_ := set (first $file.apps) "jsonData" .Values.grafana.app -}}
{{- toYaml $file | replace "$" "$$" -}}
{{- else -}}
{{- $text -}}
{{- end -}}
{{- end -}}
