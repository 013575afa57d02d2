// [[server]] and its [server.oauth], [server.health], [server.fhircast].
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "config/named_files.hpp"
#include "config/sections.hpp"
#include "config/table_reader.hpp"
#include "protocol/fhir/base_likeness.hpp"

namespace wardend::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Any text can be one that a server wants; a word that is spelt wrong is sent to it all the same.
void check_audience(TableReader& reader, const std::string& audience) {
  static const Words words = {"token_endpoint", "issuer", "endpoint"};
  if (words.contains(audience) || audience.contains(':')) return;
  const std::string near = nearest(lower_case(audience), words);
  if (audience.empty() || !near.empty())
    return reader.findings().error(reader.place("assertion_audience"),
                                   near.empty() ? "assertion_audience is empty: leave it out, or write token_endpoint, "
                                                  "issuer, endpoint, or the URL that the server wants"
                                                : "assertion_audience: did you mean " + near + "?");
  reader.findings().note(reader.place("assertion_audience"),
                         "assertion_audience is no URL, and neither token_endpoint, issuer nor endpoint: it is sent as "
                         "it stands");
}

void read_oauth(const Node& table, const std::string& file, Findings& findings, OAuth& oauth) {
  TableReader reader(table, file, "[server.oauth]", findings);
  reader.text("aud", oauth.aud);
  reader.word<Redirect>("redirect", oauth.redirect,
                        {{"fixed", Redirect::fixed}, {"loopback", Redirect::loopback}, {"relay", Redirect::relay}});
  reader.word<ScopeSyntax>("scope_syntax", oauth.scope_syntax,
                           {{"auto", ScopeSyntax::automatic}, {"v1", ScopeSyntax::v1}, {"v2", ScopeSyntax::v2}});
  reader.word<BasicEncoding>("basic_encoding", oauth.basic_encoding,
                             {{"form", BasicEncoding::form}, {"raw", BasicEncoding::raw}});
  reader.text("prompt", oauth.prompt);
  reader.flag("nonce", oauth.nonce);
  reader.word<RefreshScope>("refresh_scope", oauth.refresh_scope,
                            {{"omit", RefreshScope::omit}, {"same", RefreshScope::same}});
  reader.flag("assume_requested_scope", oauth.assume_requested_scope);
  reader.word<Replay>("replay", oauth.replay,
                      {{"never", Replay::never}, {"late", Replay::late}, {"at_once", Replay::at_once}});
  reader.text("assertion_audience", oauth.assertion_audience);
  check_audience(reader, oauth.assertion_audience);
  reader.flag("assertion_client_id", oauth.assertion_client_id);
  reader.flag("smart1_discovery", oauth.smart1_discovery);
  reader.flag("legacy_pkce", oauth.legacy_pkce);
  reader.done();
}

void read_health(const Node& table, const std::string& file, Findings& findings, Health& health) {
  TableReader reader(table, file, "[server.health]", findings);
  reader.duration("interval", health.interval, Milliseconds(100), hours(1));
  reader.duration("timeout", health.timeout, Milliseconds(100), seconds(8));
  reader.number("fail_after", health.fail_after, 1, 100);
  reader.number("recover_after", health.recover_after, 1, 100);
  reader.done();
}

// Hosts are compared as a whole: an address, a port or a path would never match.
void check_hosts(TableReader& reader, std::string_view key, const std::vector<std::string>& hosts) {
  for (const std::string& host : hosts) {
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (host.empty() || host.find_first_of("/@?#* ") != std::string::npos || (!bracketed && host.contains(':')))
      reader.findings().error(reader.place(key), std::string(key) +
                                                     " lists host names alone, like login.example.org: no https://, no "
                                                     "port, no path, no \"*\"");
  }
}

void read_fhircast(const Node& table, const std::string& file, Findings& findings, Fhircast& fhircast) {
  TableReader reader(table, file, "[server.fhircast]", findings);
  reader.flag("enabled", fhircast.enabled);
  reader.texts("allowed_hosts", fhircast.allowed_hosts);
  check_hosts(reader, "allowed_hosts", fhircast.allowed_hosts);
  reader.word<OnLoss>("on_loss", fhircast.on_loss, {{"clear", OnLoss::clear}, {"degrade", OnLoss::degrade}});
  reader.duration("loss_grace", fhircast.loss_grace, seconds(1), hours(1));
  reader.done();
  const Fhircast standard;
  const bool any_set = !fhircast.allowed_hosts.empty() || fhircast.on_loss != standard.on_loss ||
                       fhircast.loss_grace != standard.loss_grace;
  if (!fhircast.enabled && any_set)
    findings.note(reader.place(), "[server.fhircast] has no effect without enabled = true: no hub is followed");
}

// What goes through a proxy is TLS to the server, or stays on this machine.
void check_proxy(TableReader& reader, const std::string& proxy) {
  const auto host = proxy.substr(proxy.starts_with("http://") ? 7 : 0);
  const auto colon = host.rfind(':');
  const bool port = colon != std::string::npos && colon > 0 && colon + 1 < host.size() && host.size() - colon <= 6 &&
                    host.find_first_not_of("0123456789", colon + 1) == std::string::npos;
  if (!proxy.starts_with("http://") || !port || host.find_first_of("/@?# ") != std::string::npos)
    reader.findings().error(reader.place("proxy"),
                            "proxy must be written like http://proxy.example.org:3128, without a user or a path");
}

// Where the base address is longer than it may be: its end that belongs to a request.
std::string_view surplus_end(std::string_view base) {
  while (base.ends_with('/')) base.remove_suffix(1);
  for (const std::string_view end : {"/metadata", "/.well-known/smart-configuration", "/.well-known"})
    if (base.ends_with(end)) return end;
  return {};
}

fhir::BaseUrl read_base(TableReader& reader, const std::string& base) {
  auto parsed = fhir::BaseUrl::parse(base);
  if (!parsed) {
    reader.findings().error(reader.place("fhir_base_url"), "fhir_base_url: " + parsed.error());
    return {};
  }
  if (const std::string_view end = surplus_end(base); !end.empty())
    reader.findings().error(reader.place("fhir_base_url"),
                            "fhir_base_url ends in " + std::string(end) + ": write the address without it");
  else if (const std::string type = fhir::resource_end(*parsed); !type.empty())
    reader.findings().note(reader.place("fhir_base_url"),
                           "fhir_base_url ends in " + type +
                               ", which looks like a resource at the server: its base address ends before that");
  return std::move(*parsed);
}

}  // namespace

Server read_server(const Node& table, const std::string& file, Findings& findings) {
  TableReader reader(table, file, "[[server]]", findings);
  Server server;
  std::string base;
  reader.text("name", server.name);
  reader.text("fhir_base_url", base);
  reader.text("ca_file", server.route.ca_file);
  reader.text("proxy", server.route.proxy);
  reader.texts("allowed_token_hosts", server.allowed_token_hosts);
  reader.duration("staleness", server.staleness, seconds(1), hours(24));
  reader.text("ehr_unit", server.ehr_unit);
  reader.need("name", server.name, "a short name, used in [[app]] and in metrics");
  reader.short_name("name", server.name);
  check_hosts(reader, "allowed_token_hosts", server.allowed_token_hosts);
  check_ca_file(reader, "ca_file", server.route.ca_file, "this server is not reached");
  if (!server.route.proxy.empty()) check_proxy(reader, server.route.proxy);
  reader.need("fhir_base_url", base, "the server's FHIR base address");
  if (!base.empty()) server.fhir_base_url = read_base(reader, base);
  if (const Node* part = reader.table("oauth")) read_oauth(*part, file, findings, server.oauth);
  if (const Node* part = reader.table("health")) read_health(*part, file, findings, server.health);
  if (const Node* part = reader.table("fhircast")) read_fhircast(*part, file, findings, server.fhircast);
  reader.done();
  if (server.staleness < server.health.interval)
    findings.note(reader.place("staleness"),
                  "staleness is shorter than the interval of [server.health]: data counts as stale between two probes");
  return server;
}

}  // namespace wardend::config
