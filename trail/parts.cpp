#include "trail/parts.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <unordered_set>
#include <utility>

namespace wardend::trail {
namespace {

using std::chrono::milliseconds;
using Deeds = std::vector<const Deed*>;

std::string type_of(const std::string& resource) { return resource.substr(0, resource.find('/')); }

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}
bool changes(const std::string& interaction) { return is_one_of(interaction, {"create", "delete", "update"}); }
bool reads(const std::string& interaction) { return is_one_of(interaction, {"read", "search", "history"}); }

// What both must have alike, "": it takes no part. The closest come first.
struct Likeness {
  std::function<std::string(const Part&)> of_part;
  std::function<std::string(const Deed&)> of_deed;
};

std::string words(std::string_view interaction, const std::string& resource) {
  return std::string(interaction) + '\x1f' + resource;
}

const std::vector<Likeness>& likenesses() {
  static const std::vector<Likeness> all = {
      {.of_part =
           [](const Part& part) { return part.interaction.empty() ? "" : words(part.interaction, part.resource); },
       .of_deed = [](const Deed& deed) { return words(deed.interaction, deed.resource); }},
      // A create names the type alone, and so does what has a condition.
      {.of_part =
           [](const Part& part) {
             const bool by_type = !part.interaction.empty() && !part.resource.contains('/') && !part.resource.empty();
             return by_type ? words(part.interaction, part.resource) : "";
           },
       .of_deed = [](const Deed& deed) { return words(deed.interaction, type_of(deed.resource)); }},
      // An update makes what is not there yet.
      {.of_part = [](const Part& part) { return part.interaction == "update" ? words("create", part.resource) : ""; },
       .of_deed = [](const Deed& deed) { return words(deed.interaction, deed.resource); }},
      {.of_part =
           [](const Part& part) {
             const bool by_type = part.interaction == "update" && !part.resource.contains('/');
             return by_type ? words("create", part.resource) : "";
           },
       .of_deed = [](const Deed& deed) { return words(deed.interaction, type_of(deed.resource)); }},
      // Servers call an operation or a history by many names, but not by that of a change.
      {.of_part =
           [](const Part& part) {
             const bool many = is_one_of(part.interaction, {"operation", "history", "capabilities"});
             return many ? words("", part.resource) : "";
           },
       .of_deed = [](const Deed& deed) { return changes(deed.interaction) ? "" : words("", deed.resource); }},
      {.of_part = [](const Part& part) { return part.interaction.empty() && part.only_reads ? "reads" : ""; },
       .of_deed = [](const Deed& deed) { return reads(deed.interaction) ? "reads" : ""; }},
      {.of_part = [](const Part& part) { return part.interaction.empty() && !part.only_reads ? "any" : ""; },
       .of_deed = [](const Deed&) { return "any"; }},
  };
  return all;
}

class Taking {
 public:
  Taking(const Deeds& theirs, milliseconds window) : theirs_(theirs), window_(window) {
    // A Bundle that is told twice is no part of itself.
    std::erase_if(theirs_, [](const Deed* deed) { return is_bundle(*deed); });
  }
  void add(std::vector<Slot>& slots, const std::function<bool(const Deed&)>& these) {
    for (Slot& slot : slots)
      if (these(*slot.whole)) slots_.push_back(&slot);
  }

  // `same`: what whole and part have in common, beside what the part is.
  void by(const Likeness& like, const std::function<std::string(const Deed&)>& same, bool may_differ) {
    std::map<std::string, std::pair<std::vector<Slot*>, Deeds>> groups;  // no hash table: others choose the keys
    for (Slot* slot : slots_)
      if (const std::string key = slot->part.times > 0 ? like.of_part(slot->part) : ""; !key.empty())
        groups[key + '\x1f' + same(*slot->whole)].first.push_back(slot);
    if (groups.empty()) return;
    for (const Deed* deed : theirs_) {
      const std::string key = like.of_deed(*deed);
      const auto group = key.empty() ? groups.end() : groups.find(key + '\x1f' + same(*deed));
      if (group != groups.end()) group->second.second.push_back(deed);
    }
    for (const auto& [key, group] : groups) within(group.first, group.second, may_differ);
    std::erase_if(theirs_, [&](const Deed* deed) { return gone_.contains(deed); });
  }
  [[nodiscard]] std::vector<Taken> take() { return std::move(taken_); }

 private:
  void within(const std::vector<Slot*>& slots, const Deeds& deeds, bool may_differ) {
    for (std::size_t i = 0, j = 0; i < slots.size() && j < deeds.size();) {
      const Deed& whole = *slots[i]->whole;
      const Deed& deed = *deeds[j];
      if (deed.at < whole.at - window_) {
        ++j;
      } else if (slots[i]->part.times == 0 || whole.at < deed.at - window_) {
        ++i;
      } else {
        ++j;
        if (!may_differ && (differ(whole.user, deed.user) || differ(whole.patient, deed.patient))) continue;
        --slots[i]->part.times;
        taken_.push_back({&whole, &deed});
        gone_.insert(&deed);
      }
    }
  }

  std::vector<Slot*> slots_;
  Deeds theirs_;
  std::unordered_set<const Deed*> gone_;
  milliseconds window_;
  std::vector<Taken> taken_;
};

}  // namespace

bool differ(const std::string& one, const std::string& other) { return !one.empty() && !other.empty() && one != other; }

bool is_bundle(const Deed& deed) { return deed.interaction == "batch" || deed.interaction == "transaction"; }

NamedParts::NamedParts(const Deeds& ours, milliseconds window) : window_(window) {
  for (const Deed* deed : ours) {
    for (const std::string& read : deed->reads)
      reads_.push_back({deed, {.interaction = "read", .resource = read, .only_reads = true}});
    for (const Part& part : deed->parts) requests_.push_back({deed, part});
  }
}

std::vector<Taken> NamedParts::take_by_request_id(const Deeds& theirs) {
  const auto has_id = [](const Deed& deed) { return !deed.request_id.empty(); };
  Deeds with_id = theirs;
  std::erase_if(with_id, [&](const Deed* deed) { return !has_id(*deed); });
  Taking taking(with_id, window_);
  taking.add(reads_, has_id);
  taking.add(requests_, has_id);
  // Those of the same user and patient first, so that nobody else's takes their place.
  const auto whose = [](const Deed& deed) { return deed.request_id + '\x1f' + deed.user + '\x1f' + deed.patient; };
  for (const Likeness& like : likenesses()) taking.by(like, whose, false);
  for (const bool may_differ : {false, true})
    for (const Likeness& like : likenesses())
      taking.by(like, [](const Deed& deed) { return deed.request_id; }, may_differ);
  return taking.take();
}

std::vector<Taken> NamedParts::take_reads_by_time(const Deeds& theirs) {
  Deeds without_id = theirs;
  std::erase_if(without_id, [](const Deed* deed) { return !deed->request_id.empty(); });
  Taking taking(without_id, window_);
  taking.add(reads_, [](const Deed&) { return true; });
  const Likeness& exact = likenesses().front();
  taking.by(exact, [](const Deed& deed) { return deed.user + '\x1f' + deed.patient; }, false);
  taking.by(exact, [](const Deed&) { return std::string(); }, false);
  return taking.take();
}

}  // namespace wardend::trail
