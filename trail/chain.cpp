#include "trail/chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_members.hpp"

namespace wardend::trail {
namespace {

std::string numbers(std::uint64_t from, std::uint64_t to) {
  return from == to ? fmt::format("entry {} is", from) : fmt::format("entries {} to {} are", from, to);
}

std::uint64_t number_member(const nlohmann::json& object, const char* name) {
  const nlohmann::json* found = find_member(object, name);
  return found != nullptr && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

void Chain::begin(std::string file) {
  if (!file_.empty() && empty_) fault(last_.sequence + 1, "the file is empty, and another one follows it");
  empty_ = true;
  file_ = std::move(file);
  line_ = 0;
  if (at_ != At::start) at_ = At::file_start;
}

void Chain::fault(std::uint64_t sequence, std::string what) {
  if (faults_.size() < most_told)
    faults_.push_back({.sequence = sequence, .file = file_, .line = line_, .what = std::move(what)});
}

void Chain::add(std::string_view line) {
  ++line_;
  empty_ = false;
  const auto entry = read_entry(line);
  if (!entry) {
    if (at_ != At::lost) fault(last_.sequence + 1, entry.error());
    at_ = At::lost;
    return;
  }
  follow(*entry);
  if (entry->kind == "gap") note_gap(*entry);
  for (const Link& anchor : anchors_)
    if (anchor.sequence == entry->sequence && anchor.hash != entry->hash)
      fault(entry->sequence, "the trail was rewritten: the entry is not the one that was anchored");
  ++entries_;
  if (first_ == 0) first_ = entry->sequence;
  last_ = entry->link();
  at_ = At::middle;
}

void Chain::follow(const Entry& entry) {
  const std::uint64_t expected = last_.sequence + 1;
  if (at_ == At::start) {
    if (entry.kind != "rotation")
      fault(entry.sequence, "the beginning of the file is missing: no file begins with an entry of this kind");
    else if (entry.sequence == 1 && entry.previous != Link().hash)
      fault(1, "the first entry names one before it");
    return;
  }
  if (at_ == At::lost) return;  // that was told
  if (entry.sequence > expected)
    fault(expected, numbers(expected, entry.sequence - 1) + " missing");
  else if (entry.sequence < expected)
    fault(entry.sequence,
          fmt::format("the entry stands after entry {}: it was moved, or written twice", last_.sequence));
  else if (entry.previous != last_.hash)
    fault(entry.sequence, "the entry does not follow from the one before it");
  else if (at_ == At::file_start && entry.kind != "rotation")
    fault(entry.sequence, "the beginning of the file is missing: no file begins with an entry of this kind");
}

void Chain::note_gap(const Entry& entry) {
  const auto members = nlohmann::json::parse("{" + std::string(entry.members) + "}", nullptr, false);
  const std::string what = text_member(members, "detail");
  if (gaps_.size() < most_told)
    gaps_.push_back({.sequence = entry.sequence,
                     .at = text_member(members, "at"),
                     .why = text_member(members, "action"),
                     .what = what});
  if (text_view_member(members, "action") == "rewritten") return fault(entry.sequence, "wardend found it so: " + what);
  const std::uint64_t lost = number_member(members, "last");
  const std::uint64_t begun = first_ == 0 ? entry.sequence : first_;
  if (lost == 0 || lost >= begun) return;  // they are here, or their absence was told
  fault(lost, numbers(std::max<std::uint64_t>(number_member(members, "first"), 1), lost) + " lost: " + what);
}

void Chain::end(std::string_view rest) {
  if (rest.empty()) return;
  ++line_;
  empty_ = false;
  fault(last_.sequence + 1, "the last line is cut off");
}

void Chain::broken_off(const std::string& why) {
  line_ = 0;
  fault(last_.sequence + 1, "the file cannot be read: " + why);
}

void Chain::finish() {
  line_ = 0;
  // No file is begun without an entry that says so.
  if (entries_ == 0 && faults_.empty() && anchors_.empty()) fault(1, "no entry is here");
  for (const Link& anchor : anchors_)
    if (anchor.sequence > last_.sequence && entries_ > 0)
      fault(last_.sequence + 1,
            numbers(last_.sequence + 1, anchor.sequence) + " missing at the end: they were anchored");
    else if (entries_ == 0)
      fault(1, fmt::format("no entry is here, and entry {} was anchored", anchor.sequence));
}

std::optional<Link> Chain::unseen_anchor() const {
  for (const Link& anchor : anchors_)
    if (anchor.sequence < first_) return anchor;
  return std::nullopt;
}

}  // namespace wardend::trail
