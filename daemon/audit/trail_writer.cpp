#include "daemon/audit/trail_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "daemon/audit/record_bytes.hpp"
#include "daemon/audit/ring.hpp"
#include "daemon/audit/standing.hpp"
#include "trail/anchor.hpp"
#include "trail/tail.hpp"

namespace wardend::audit {
namespace {

constexpr std::string_view given_up = "the write was given up";
constexpr std::uint64_t no_number = std::numeric_limits<std::uint64_t>::max();

std::uint64_t number_of(const std::optional<trail::Link>& link) { return link ? link->sequence : no_number; }

}  // namespace

std::filesystem::path TrailWriter::anchor_file() const { return trail::anchor_in(place_.state_dir); }

Put TrailWriter::perform(const Batch& batch) {
  if (abandoned_) return {.link = link_, .failure = std::string(given_up)};
  Put done = stood_ ? put(batch) : find_standing(batch);
  file_.let_go();
  return done;
}

Put TrailWriter::find_standing(const Batch& batch) {
  if (const auto look = file_.look(); !look.failure.empty()) return {.failure = look.failure};
  trail::FoundAnchor anchor;
  if (!place_.state_dir.empty()) anchor = trail::read_anchor(anchor_file());
  const std::uint64_t from = std::min(number_of(batch.committed), number_of(anchor.link));
  Found found{.tail = trail::tail_of(place_.file, from),
              .committed = batch.committed,
              .anchor = anchor.link,
              .boot = place_.origin.boot};
  file_first_ = found.tail.first;
  Standing standing = stand(found);
  link_ = std::move(standing.link);
  already_ = standing.already;
  own_ = std::move(standing.gaps);
  stood_ = true;
  return {.link = link_, .anchor_failure = std::move(anchor.error), .more = !own_.empty()};
}

// What happened to the file since the last batch.
void TrailWriter::heed(const TrailFile::Look& look) {
  using enum TrailFile::Change;
  switch (look.change) {
    case none:
      break;
    case rotated:
      file_first_ = 0;
      break;
    case removed:
      if (file_first_ != 0)
        own_.push_back({.act = AuditAct::gap_removed,
                        .detail = "the file was removed, and its entries with it",
                        .first = file_first_,
                        .last = link_.sequence});
      file_first_ = 0;
      break;
    case shortened: {
      // What was copied before it was cut off is in another file.
      const trail::Tail tail = trail::tail_of(place_.file, no_number);
      const std::uint64_t last = tail.entries.empty() ? file_first_ - 1 : tail.entries.back().link.sequence;
      if (last < link_.sequence)
        own_.push_back({.act = AuditAct::gap_shortened,
                        .detail = "the file was cut off",
                        .first = last + 1,
                        .last = link_.sequence});
      break;
    }
    case foreign:
      own_.push_back({.act = AuditAct::gap_foreign, .detail = "somebody else wrote to the file"});
      break;
  }
  if (look.empty) file_first_ = 0;
}

TrailWriter::Lines TrailWriter::lines_of(const Batch& batch, bool file_is_new) {
  Lines lines;
  trail::Link link = link_;
  const auto add = [&](const std::string& members) { lines.text += trail::sealed(members, link); };
  const bool told = !own_.empty() && kind_of(own_.front().act) == AuditKind::rotation;
  if (file_is_new && !told && (!own_.empty() || !batch.records.empty() || link_.sequence > 0))
    own_.insert(own_.begin(), {.act = link_.sequence == 0 ? AuditAct::rotation_begun : AuditAct::rotation_rotated});
  for (const OwnEntry& entry : own_) add(members_of(entry, batch.now, place_.origin));
  lines.own = own_.size();
  std::string_view records = batch.records;
  for (std::string_view record; next_record(records, record);) {
    if (lines.skipped < already_) {
      ++lines.skipped;
      continue;
    }
    const auto stamped = from_bytes(record);
    add(stamped ? members_of(stamped->record, stamped->at, place_.origin)
                : members_of(OwnEntry{.act = AuditAct::gap_dropped, .detail = "a record that waited could not be read"},
                             batch.now, place_.origin));
  }
  return lines;
}

Put TrailWriter::put(const Batch& batch) {
  Put put{.link = link_};
  const auto look = file_.look();
  put.failure = look.failure;
  if (!put.failure.empty()) return put;
  if (unsynced_) {
    put.failure = file_.append({}, batch.durability).failure;
    if (!put.failure.empty()) return put;
    own_.push_back({.act = AuditAct::gap_unsynced,
                    .detail = fmt::format("the disk did not confirm entries {} to {} at once", unsynced_->first,
                                          unsynced_->last)});
    unsynced_.reset();
  }
  heed(look);
  const Lines lines = lines_of(batch, look.empty);
  if (abandoned_) return {.link = link_, .failure = std::string(given_up)};
  written(lines, file_.append(lines.text, batch.durability), put);
  if (put.failure.empty()) anchor(batch, put);
  return put;
}

void TrailWriter::written(const Lines& lines, const Appended& appended, Put& put) {
  const std::string_view text = std::string_view(lines.text).substr(0, appended.bytes);
  const auto count = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  const std::size_t own = std::min(count, lines.own);
  put.failure = appended.failure;
  put.own.assign(own_.begin(), own_.begin() + static_cast<std::ptrdiff_t>(own));
  own_.erase(own_.begin(), own_.begin() + static_cast<std::ptrdiff_t>(own));
  put.more = !own_.empty();
  if (own == lines.own) put.records = lines.skipped + (count - own);
  if (own == lines.own) already_ -= lines.skipped;
  if (count == 0) return;
  const auto end = text.size() - 1;
  const auto begin = text.rfind('\n', end - 1) + 1;  // npos + 1 is 0
  const std::uint64_t first = link_.sequence + 1;
  if (const auto last = trail::read_entry(text.substr(begin, end - begin))) link_ = last->link();
  if (file_first_ == 0) file_first_ = first;
  if (!appended.failure.empty() && appended.bytes == lines.text.size()) unsynced_ = Unsynced{first, link_.sequence};
  put.link = link_;
}

void TrailWriter::anchor(const Batch& batch, Put& put) {
  if (batch.anchoring == Anchoring::none || link_.sequence == 0) return;
  put.anchored = true;
  if (place_.state_dir.empty() || anchored_ == link_) return;
  put.anchor_failure = trail::write_anchor(anchor_file(), link_);
  if (put.anchor_failure.empty()) anchored_ = link_;
}

}  // namespace wardend::audit
