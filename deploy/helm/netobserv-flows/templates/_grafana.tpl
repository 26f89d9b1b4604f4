{{/*
The file of data sources: as it is, or with the tenant, login and CA of an external Loki. Passwords come from variables,
whose values Grafana takes as they are: what a file holds it searches for `$` once more. In a Grafana that is there already
the others do too, as it would not start for want of a file.

There it has a name of its own and is not the default: Grafana tells data sources that it provisions by their names, and
would make one of the same name ours. It may be in another namespace, where the short name of a Service means nothing.
*/}}
{{- define "netobserv.datasources" -}}
{{- $deploy := eq .Values.grafana.mode "deploy" -}}
{{- $single := eq .Values.loki.mode "single" -}}
{{- $url := include "netobserv.lokiUrl" . -}}
{{- if and $single (not $deploy) }}
{{- $url = printf "http://%s.%s.svc:3100" (include "netobserv.name" (list . "loki")) .Release.Namespace -}}
{{- end -}}
{{- $text := .Files.Get "files/datasources.yaml" | replace "$LOKI_URL" $url -}}
{{- if and $single $deploy -}}
{{- $text -}}
{{- else -}}
{{- $file := fromYaml $text -}}
{{- $source := first $file.datasources -}}
{{- if not $deploy }}
{{- $_ := set $source "name" (.Values.grafana.dataSourceName | default "Network Observability flows") -}}
{{- $_ := set $source "isDefault" false -}}
{{- end -}}
{{- if not $single }}{{- include "netobserv.lokiAccess" (list . $source) }}{{- end -}}
{{- toYaml $file -}}
{{- end -}}
{{- end -}}

{{/* Puts the tenant, login and CA of an external Loki into a data source: netobserv.lokiAccess (list . SOURCE) */}}
{{- define "netobserv.lokiAccess" -}}
{{- $source := index . 1 -}}
{{- with index . 0 -}}
{{- $external := .Values.loki.external -}}
{{- $deploy := eq .Values.grafana.mode "deploy" -}}
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

{{/* The file of alert rules: the shipped one, or that of grafana.alertRules. */}}
{{- define "netobserv.alertRules" -}}
{{- with .Values.grafana.alertRules }}
{{- if not (hasKey (fromYaml .) "groups") }}
{{- fail "grafana.alertRules: is no file of alert rules; give the content of the one that `npm run alerts` writes, as with --set-file grafana.alertRules=provisioning/alerting/network-observability.yaml" }}
{{- end -}}
{{- end -}}
{{- .Values.grafana.alertRules | default (.Files.Get "files/alerting.yaml") -}}
{{- end -}}
