#include "ipc/newcomer.hpp"

namespace wardend::ipc {

Rank possible_rank(const Caller& caller, const ServerOptions& options) {
  return !options.may_be_known || options.may_be_known(caller) ? Rank::known : Rank::stranger;
}

std::expected<Rank, Rejection> rank_of(const Caller& caller, const ServerOptions& options, Process process) {
  if (process == Process::gone && options.absent != Absent::heard) return std::unexpected(Rejection::unknown_peer);
  return !options.is_known || options.is_known(caller) ? Rank::known : Rank::stranger;
}

}  // namespace wardend::ipc
