// What the EHR shows now, as far as its hub told: unknown, nobody, or this patient. A value that events change; it
// starts unknown, and whatever is doubtful makes it unknown again. No I/O, no clock.
// Spec: HL7 FHIRcast 3.0.0 (STU3), event notification and synchronization considerations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "protocol/fhircast/message.hpp"
#include "protocol/fhircast/on_screen.hpp"

namespace wardend::fhircast {

class CurrentContext {
 public:
  enum class Effect : std::uint8_t {
    followed,   // the event was taken, whether or not it changed what is on screen
    duplicate,  // its id is among the last 1000
    outdated,   // older than the event that set the present context
    ignored,    // of no meaning here, or a close of what is not current
    doubtful,   // it contradicts itself, or cannot be read: unknown now
    logout,     // every login session with this topic is to be cleared before `status` is sent
    hibernate,  // the same
  };
  struct Applied {
    Effect effect;
    bool changed;  // of on_screen()
    int status;    // for acknowledgement()
  };

  [[nodiscard]] const OnScreen& on_screen() const { return on_screen_; }

  // Takes one event of our topic. `now` is the wall clock. A timestamp that is absent, unreadable or more than a minute
  // ahead of it counts as the newest, and makes nothing after it look old. A logout is never outdated, and never a
  // duplicate.
  [[nodiscard]] Applied apply(const HubEvent& event, Timestamp now);

  // The socket is gone, or the subscription denied. Ids and times are forgotten, as the hub will send again what is
  // open, as old as it is. True: on_screen() changed.
  bool lost();
  // A message could not be read: unknown until the next open. True: on_screen() changed.
  bool doubt();
  // `quiet_after` has passed since the first confirmation after a loss. Without any event until now, nothing is open
  // in the EHR. True: on_screen() changed.
  bool quiet();

 private:
  void remember(const std::string& id);
  void set_anchor(const HubEvent& event);
  [[nodiscard]] bool closes_current(const HubEvent& event) const;
  // `at`: nullopt leaves the time to which later events are compared as it is.
  bool show(OnScreen next, const std::optional<Timestamp>& at);

  static constexpr std::size_t most_ids = 1000;
  OnScreen on_screen_ = {};
  EventKind opened_by_ = EventKind::other;  // a patient is on screen: the kind of the open, with its
  std::string anchor_ = {};                 // resource's id
  std::optional<Timestamp> set_at_ = {};    // of the event that set the present context; nullopt: none has since a loss
  bool replaying_ = true;                   // no event has come since a loss
  std::set<std::string> seen_ = {};         // kind and id
  std::deque<std::string> order_ = {};      // of seen_, the oldest first
};

}  // namespace wardend::fhircast
