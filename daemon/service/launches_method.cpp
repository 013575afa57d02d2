#include "daemon/service/launches_method.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.hpp"

namespace wardend::service {

using namespace ipc::control;

std::vector<LaunchRow> launch_rows(const launch::LaunchMatrix& matrix, const MatrixPart& part) {
  std::vector<LaunchRow> rows;
  for (const auto& [kind, seen] : matrix.counts().kinds) {
    if (part.app.value_or(kind.app) != kind.app || part.server.value_or(kind.server) != kind.server) continue;
    rows.push_back({.app = kind.app,
                    .server = kind.server,
                    .mode = kind.mode == launch::Mode::ehr ? LaunchRowMode::ehr : LaunchRowMode::standalone,
                    .came = kind.came,
                    .tokens = kind.tokens,
                    .missing_scopes = kind.missing_scopes,
                    .outcome = kind.outcome,
                    .meaning = seen.meaning,
                    .count = static_cast<std::int64_t>(seen.count),
                    .first_at = seen.first_at,
                    .last_at = seen.last_at});
  }
  const auto order = [](const LaunchRow& row) {
    return std::tuple(std::string_view(row.app), std::string_view(row.server), -row.count,
                      std::string_view(row.outcome));
  };
  std::ranges::sort(rows, {}, order);
  return rows;
}

Answer<LaunchesReply> LaunchesMethod::launches(const ipc::Call& call, LaunchesParameters in) {
  const MatrixPart part{.app = in.app, .server = in.server};
  LaunchesReply reply{.launches = launch_rows(matrix_, part)};
  std::optional<Error> refused;
  if (in.app && reply.launches.empty() && config_.get().app(*in.app) == nullptr)
    refused = errors::UnknownApp{"not a configured app"};
  else if (in.server && reply.launches.empty() && config_.get().server(*in.server) == nullptr)
    refused = errors::UnknownServer{.server = *in.server, .reason = "not a configured server"};
  const std::string subject = printable(in.app.value_or("all"), 64) + " at " + printable(in.server.value_or("all"), 64);
  if (refused) {
    trail_.denied(call.caller, ControlMethod::Launches, subject, *refused);
    co_return fail(std::move(*refused));
  }
  reply.since = matrix_.counts().since;
  reply.unlisted = static_cast<std::int64_t>(matrix_.counts().unlisted);
  if (!file_.trouble().empty()) reply.not_kept = file_.trouble();
  trail_.granted(call.caller, ControlMethod::Launches, subject);
  co_return reply;
}

}  // namespace wardend::service
