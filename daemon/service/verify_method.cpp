#include "daemon/service/verify_method.hpp"

#include <optional>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "daemon/service/launches_method.hpp"

namespace wardend::service {

using namespace ipc::control;

namespace {

constexpr std::size_t longest_text = 1024;  // of what a server wrote

FindingSeverity to_wire(verify::Severity severity) {
  switch (severity) {
    case verify::Severity::ok:
      return FindingSeverity::ok;
    case verify::Severity::note:
      return FindingSeverity::note;
    case verify::Severity::warning:
      return FindingSeverity::warning;
    case verify::Severity::blocking:
      return FindingSeverity::blocking;
  }
  std::unreachable();
}

FindingVerdict to_wire(verify::Verdict verdict) {
  switch (verdict) {
    case verify::Verdict::met:
      return FindingVerdict::met;
    case verify::Verdict::not_declared:
      return FindingVerdict::not_declared;
    case verify::Verdict::contradicted:
      return FindingVerdict::contradicted;
    case verify::Verdict::unknown:
      return FindingVerdict::unknown;
  }
  std::unreachable();
}

std::optional<std::string> known(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(printable(text, longest_text));
}

Finding to_wire(const verify::Finding& finding) {
  Finding wire{.severity = to_wire(finding.severity),
               .subject = printable(finding.subject, longest_text),
               .detail = printable(finding.detail, longest_text)};
  if (finding.verdict) wire.verdict = to_wire(*finding.verdict);
  if (finding.read) {
    wire.document = std::string(name_of(finding.read->source));
    wire.path = known(finding.read->path);
  }
  wire.advice = known(finding.advice);
  return wire;
}

}  // namespace

VerifyAppReply to_wire(const verify::Report& report) {
  VerifyAppReply reply{.ready = report.ready()};
  for (const verify::Finding& finding : report.findings) reply.findings.push_back(to_wire(finding));
  auto& documents = reply.documents.emplace();
  for (const verify::Compared& compared : report.documents)
    documents.push_back({.name = std::string(name_of(compared.source)),
                         .source = printable(compared.address, longest_text),
                         .digest = known(compared.digest)});
  reply.fhir_base_url = known(report.fhir_base_url);
  reply.fhir_version = known(report.fhir_version);
  return reply;
}

Answer<VerifyAppReply> VerifyMethod::verify_app(const ipc::Call& call, VerifyAppParameters in) {
  const config::ConfigPtr config = config_.hold();
  const std::string subject = printable(in.app, 64) + " at " + printable(in.server, 64);
  std::optional<Error> refused;
  const config::App* app = config->app(in.app);
  if (app == nullptr)
    refused = errors::UnknownApp{"not a configured app"};
  else if (config->server(in.server) == nullptr)
    refused = errors::UnknownServer{.server = in.server, .reason = "not a configured server"};
  else if (app->registration(in.server) == nullptr)
    refused = errors::UnknownServer{.server = in.server, .reason = "not one of the app's servers"};
  if (refused) {
    trail_.denied(call.caller, ControlMethod::VerifyApp, subject, *refused);
    co_return fail(std::move(*refused));
  }
  const auto report = co_await verifier_.verify(config, in.app, in.server);
  if (!report) {
    trail_.denied(call.caller, ControlMethod::VerifyApp, subject, report.error());
    co_return std::unexpected(report.error());
  }
  trail_.granted(call.caller, ControlMethod::VerifyApp, subject + (report->ready() ? ": ready" : ": not ready"));
  drift_.verified(in.app, in.server, *report);
  VerifyAppReply reply = to_wire(*report);
  reply.launches = launch_rows(matrix_, {.app = in.app, .server = in.server});
  co_return reply;
}

}  // namespace wardend::service
