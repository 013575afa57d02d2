#include "trail/reconciliation.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "trail/parts.hpp"

namespace wardend::trail {
namespace {

using std::chrono::milliseconds;
using Deeds = std::vector<const Deed*>;
using Key = std::function<std::string(const Deed&)>;  // "": the deed takes no part

constexpr milliseconds longest_drift = std::chrono::hours(1);

std::string type_of(const Deed& deed) { return deed.resource.substr(0, deed.resource.find('/')); }
bool is_type_alone(const std::string& resource) { return !resource.contains('/'); }

// Servers call an operation, a history or a Bundle by many names. What is read and what is changed has one.
bool is_plain(const Deed& deed) {
  constexpr auto plain = std::to_array<std::string_view>({"create", "delete", "read", "search", "update"});
  return std::ranges::find(plain, deed.interaction) != plain.end();
}
bool interactions_differ(const Deed& ours, const Deed& theirs) {
  return is_plain(ours) && is_plain(theirs) && ours.interaction != theirs.interaction;
}

// What may be a Bundle under another name: no record is named.
bool may_be_bundle(const Deed& deed) {
  return is_bundle(deed) || (!is_plain(deed) && (deed.resource.empty() || deed.resource == "Bundle"));
}

// A create names the type alone, where the server names what came of it. A Bundle is of many records.
bool resources_differ(const Deed& ours, const Deed& theirs) {
  if (is_bundle(ours)) return false;
  if (is_type_alone(ours.resource) || is_type_alone(theirs.resource)) return differ(type_of(ours), type_of(theirs));
  return differ(ours.resource, theirs.resource);
}

class Matcher {
 public:
  explicit Matcher(milliseconds window) : window_(window) {}

  Reconciliation run(const std::vector<Deed>& ours, const std::vector<Deed>& theirs) {
    all_ours_ = ours_ = in_order(ours);
    names_.emplace(all_ours_, window_);
    all_theirs_ = theirs_ = in_order(theirs);
    by_request_id();
    // An event with an id that the trail has is none of an entry's with another id.
    const Deeds bound =
        set_apart(theirs_, [ids = ids_of(all_ours_)](const Deed& deed) { return ids.contains(deed.request_id); });
    by_time();
    const Deeds named = set_apart(ours_, [](const Deed& deed) { return !deed.request_id.empty(); });
    const Deeds unbound = std::exchange(theirs_, bound);
    by_time();
    std::ranges::copy(named, std::back_inserter(ours_));
    std::ranges::copy(unbound, std::back_inserter(theirs_));
    for (const Deed* deed : ours_) left(*deed, Difference::missing_at_server);
    for (const Deed* deed : theirs_) left(*deed, Difference::missing_in_trail);
    return std::move(found_);
  }

 private:
  // What a key is made of, beside the interaction and the resource's type.
  struct Parts {
    bool user = true, patient = true, resource = false;
  };
  static Key key(Parts parts) {
    return [parts](const Deed& deed) {
      const std::string resource = is_bundle(deed) ? "" : parts.resource ? deed.resource : type_of(deed);
      return (parts.user ? deed.user : "") + '\x1f' + (parts.patient ? deed.patient : "") + '\x1f' + resource + '\x1f' +
             deed.interaction;
    };
  }
  // Of a single record alone: many searches of one type are alike.
  static Key single(Key all) {
    return [all = std::move(all)](const Deed& deed) { return is_type_alone(deed.resource) ? "" : all(deed); };
  }
  // Of those alone that say nothing of what the key leaves out.
  static Key silent(Parts parts) {
    return [parts, all = key(parts)](const Deed& deed) {
      const bool says = (!parts.user && !deed.user.empty()) || (!parts.patient && !deed.patient.empty());
      return says ? "" : all(deed);
    };
  }
  static Deeds in_order(const std::vector<Deed>& deeds) {
    Deeds sorted;
    for (const Deed& deed : deeds) sorted.push_back(&deed);
    std::ranges::sort(sorted, {}, [](const Deed* deed) { return std::pair(deed->at, deed->index); });
    return sorted;
  }
  // No hash table: others choose the keys.
  static std::map<std::string, Deeds> grouped(const Deeds& deeds, const Key& key) {
    std::map<std::string, Deeds> groups;
    for (const Deed* deed : deeds)
      if (std::string one = key(*deed); !one.empty()) groups[std::move(one)].push_back(deed);
    return groups;
  }

  static std::set<std::string> ids_of(const Deeds& deeds) {
    std::set<std::string> ids;
    for (const Deed* deed : deeds)
      if (!deed->request_id.empty()) ids.insert(deed->request_id);
    return ids;
  }
  static Deeds set_apart(Deeds& from, const std::function<bool(const Deed&)>& these) {
    Deeds taken;
    std::ranges::copy_if(from, std::back_inserter(taken), [&](const Deed* deed) { return these(*deed); });
    std::erase_if(from, [&](const Deed* deed) { return these(*deed); });
    return taken;
  }
  void by_time() {
    by(key({.resource = true}), window_);
    by(key({}), window_);
    by_what_is_named();
    take(names_->take_reads_by_time(theirs_));
    // Where one thing differs alone it is the same deed, told differently. What says little is not guessed at.
    by(single(key({.patient = false, .resource = true})), window_);
    by(single(key({.user = false, .resource = true})), window_);
    by(single(key({.resource = true})), longest_drift);
  }

  // Among those that bear the same request id. It may be one id for many requests: an app has one with each token.
  static Key named(Parts parts) {
    return [all = key(parts)](const Deed& deed) {
      return deed.request_id.empty() ? "" : deed.request_id + '\x1f' + all(deed);
    };
  }
  void by_request_id() {
    const Parts what{.user = false, .patient = false, .resource = true};
    by(named({.resource = true}), window_);
    by(named(what), window_);
    by(named(what), longest_drift);
    by(named({.user = false, .patient = false}), window_);
    take(names_->take_by_request_id(theirs_));
    // However each side calls it: but a Bundle is no single request, and that is no Bundle.
    by(of_kind([](const Deed& deed) { return is_bundle(deed); }), of_kind(may_be_bundle), window_);
    by(of_kind([](const Deed& deed) { return !is_bundle(deed); }), window_);
    find_twice(ours_, all_ours_, named({.resource = true}), Difference::duplicate_in_trail);
    find_twice(theirs_, all_theirs_, named({.resource = true}), Difference::duplicate_at_server);
    drop_paired();
  }
  // The request id of those alone.
  static Key of_kind(bool (*is)(const Deed&)) {
    return [is](const Deed& deed) { return deed.interaction.empty() || !is(deed) ? "" : deed.request_id; };
  }
  // A Bundle is told by its parts too.
  void take(const std::vector<Taken>& parts) {
    for (const auto& [whole, part] : parts) {
      paired_.insert(part);
      if (is_bundle(*whole) && paired_.insert(whole).second) ++found_.matched;
      tell_whose(*whole, *part);
    }
    drop_paired();
  }
  // The first of a group in the window around that time.
  const Deed* near(const std::map<std::string, Deeds>& groups, const std::string& words, Instant at) const {
    const auto group = groups.find(words);
    if (group == groups.end()) return nullptr;
    const auto found =
        std::ranges::lower_bound(group->second, at - window_, {}, [](const Deed* one) { return one->at; });
    return found != group->second.end() && (*found)->at <= at + window_ ? *found : nullptr;
  }

  // What is left although the same side has told the same already, at the same time.
  void find_twice(const Deeds& rest, const Deeds& all, const Key& same, Difference twice) {
    Deeds told;
    std::ranges::copy_if(all, std::back_inserter(told), [&](const Deed* deed) { return paired_.contains(deed); });
    const auto groups = grouped(told, same);
    for (const Deed* deed : rest) {
      if (near(groups, same(*deed), deed->at) != nullptr) left(*deed, twice);
    }
  }

  // Within each group both sides are in order of time, so that the earliest that fits is the right one.
  void by(const Key& ours_key, const Key& theirs_key, milliseconds window) {
    const auto groups = grouped(ours_, ours_key);
    for (const auto& [words, theirs] : grouped(theirs_, theirs_key))
      if (const auto ours = groups.find(words); ours != groups.end()) within(ours->second, theirs, window);
    drop_paired();
  }
  void by(const Key& both, milliseconds window) { by(both, both, window); }
  void within(const Deeds& ours, const Deeds& theirs, milliseconds window) {
    for (std::size_t i = 0, j = 0; i < ours.size() && j < theirs.size();) {
      if (theirs[j]->at < ours[i]->at - window)
        ++j;
      else if (ours[i]->at < theirs[j]->at - window)
        ++i;
      else
        pair(*ours[i++], *theirs[j++]);
    }
  }

  // A side that does not name user or patient says nothing against the other's.
  void by_what_is_named() {
    for (const Parts parts : {Parts{.patient = false}, Parts{.user = false}, Parts{.user = false, .patient = false}}) {
      by(key(parts), silent(parts), window_);
      by(silent(parts), key(parts), window_);
    }
  }

  void pair(const Deed& ours, const Deed& theirs) {
    ++found_.matched;
    paired_.insert(&ours);
    paired_.insert(&theirs);
    tell_whose(ours, theirs);
    if (resources_differ(ours, theirs) || interactions_differ(ours, theirs))
      tell(Difference::other_resource, ours, theirs);
    if (ours.at - theirs.at > window_ || theirs.at - ours.at > window_) tell(Difference::other_time, ours, theirs);
  }
  void tell_whose(const Deed& ours, const Deed& theirs) {
    if (differ(ours.patient, theirs.patient)) tell(Difference::other_patient, ours, theirs);
    if (differ(ours.user, theirs.user)) tell(Difference::other_user, ours, theirs);
  }
  void tell(Difference what, const Deed& ours, const Deed& theirs) {
    found_.discrepancies.push_back({what, &ours, &theirs});
  }

  void left(const Deed& deed, Difference what) {
    paired_.insert(&deed);
    const bool on_our_side = what == Difference::missing_at_server || what == Difference::duplicate_in_trail;
    if (on_our_side && !deed.sure) return;
    found_.discrepancies.push_back({what, on_our_side ? &deed : nullptr, on_our_side ? nullptr : &deed});
  }

  void drop_paired() {
    for (Deeds* deeds : {&ours_, &theirs_})
      std::erase_if(*deeds, [&](const Deed* deed) { return paired_.contains(deed); });
  }

  milliseconds window_;
  Deeds all_ours_, all_theirs_;
  Deeds ours_, theirs_;  // that have no counterpart yet
  std::unordered_set<const Deed*> paired_;
  std::optional<NamedParts> names_;
  Reconciliation found_;
};

auto place_of(const Discrepancy& one) {
  const Deed& deed = one.ours != nullptr ? *one.ours : *one.theirs;
  return std::tuple(deed.at, one.what, deed.index);
}

}  // namespace

std::string_view name_of(Difference difference) {
  switch (difference) {
    case Difference::missing_at_server:
      return "missing_at_server";
    case Difference::missing_in_trail:
      return "missing_in_trail";
    case Difference::duplicate_at_server:
      return "duplicate_at_server";
    case Difference::duplicate_in_trail:
      return "duplicate_in_trail";
    case Difference::other_patient:
      return "other_patient";
    case Difference::other_user:
      return "other_user";
    case Difference::other_resource:
      return "other_resource";
    case Difference::other_time:
      return "other_time";
  }
  return "other_time";
}

Reconciliation reconcile(const std::vector<Deed>& ours, const std::vector<Deed>& theirs, milliseconds window) {
  Reconciliation found = Matcher(window).run(ours, theirs);
  std::ranges::sort(found.discrepancies, {}, place_of);
  return found;
}

}  // namespace wardend::trail
