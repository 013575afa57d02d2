#include "daemon/audit/standing.hpp"

#include <algorithm>

namespace wardend::audit {
namespace {

// Whether the files have another entry where `link` was, or one after it that does not follow from it.
bool contradict(const trail::Tail& tail, const std::optional<trail::Link>& link) {
  if (!link || link->sequence == 0) return false;
  return std::ranges::any_of(tail.entries, [&](const trail::Tail::Entry& entry) {
    return (entry.link.sequence == link->sequence && entry.link.hash != link->hash) ||
           (entry.link.sequence == link->sequence + 1 && entry.previous != link->hash);
  });
}

// Whoever writes the file makes these; all else comes from the ring.
bool is_own(const trail::Tail::Entry& entry) {
  return entry.kind == "rotation" || (entry.kind == "gap" && entry.action != "dropped");
}

std::optional<trail::Link> later_of(const std::optional<trail::Link>& left, const std::optional<trail::Link>& right) {
  if (!left || !right) return left ? left : right;
  return left->sequence >= right->sequence ? left : right;
}

// Of a process that did not stop, and whose ring is gone.
OwnEntry end_of(const Found& found) {
  if (found.tail.boot == found.boot)
    return {.act = AuditAct::gap_unclean_end, .detail = "wardend ended without a stop, and nothing kept what waited"};
  return {.act = AuditAct::gap_power_loss,
          .detail = "the machine ended without a stop: the last moment may be missing"};
}

}  // namespace

Standing stand(const Found& found) {
  Standing standing;
  const auto known = later_of(found.committed, found.anchor);
  const std::uint64_t known_last = known ? known->sequence : 0;
  const auto& entries = found.tail.entries;
  const std::uint64_t file_last = entries.empty() ? 0 : entries.back().link.sequence;
  if (known_last > file_last) {
    standing.link = *known;
    standing.gaps.push_back(entries.empty() ? OwnEntry{.act = AuditAct::gap_removed,
                                                       .detail = "the files of the trail are gone",
                                                       .first = 1,
                                                       .last = known_last}
                                            : OwnEntry{.act = AuditAct::gap_shortened,
                                                       .detail = "entries that were written are not in the file",
                                                       .first = file_last + 1,
                                                       .last = known_last});
    return standing;
  }
  if (entries.empty()) return standing;
  standing.link = entries.back().link;
  if (contradict(found.tail, found.committed) || contradict(found.tail, found.anchor))
    standing.gaps.push_back({.act = AuditAct::gap_rewritten, .detail = "the file has other entries than were written"});
  if (found.committed)
    standing.already = static_cast<std::size_t>(std::ranges::count_if(entries, [&](const trail::Tail::Entry& entry) {
      return entry.link.sequence > found.committed->sequence && !is_own(entry);
    }));
  else if (entries.back().kind != "stop")
    standing.gaps.push_back(end_of(found));
  return standing;
}

}  // namespace wardend::audit
