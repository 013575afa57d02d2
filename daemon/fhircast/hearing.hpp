// What a hub's messages mean for those who hold the topic: what is on screen, and what goes into the audit. It decides
// and records; whoever asked it clears, shows and answers.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "daemon/fhircast/allowance.hpp"
#include "daemon/fhircast/hub_trail.hpp"
#include "daemon/fhircast/incoming.hpp"
#include "protocol/fhircast/current_context.hpp"
#include "protocol/fhircast/message.hpp"

namespace wardend::fhircast {

// What follows from one message.
struct Heard {
  std::optional<std::string> answer = {};  // to be sent back
  bool changed = false;                    // of on_screen()
  std::optional<EventKind> sign_out = {};  // one that no scan has found: clears
  std::optional<Confirmation> confirmation = {};
  std::optional<Denial> denial = {};
};

class Hearing {
 public:
  Hearing(Clock& clock, HubTrail& trail) : clock_(clock), trail_(trail) {}

  // A message that is complete, or was cut off.
  [[nodiscard]] Heard take(Incoming& message, const Secret& topic);
  [[nodiscard]] const OnScreen& on_screen() const { return context_.on_screen(); }
  // As CurrentContext says; true: on_screen() changed.
  bool lost() { return context_.lost(); }
  bool quiet() { return context_.quiet(); }

 private:
  // Each returns the status of the answer, if there is to be one.
  [[nodiscard]] std::optional<int> take_text(Incoming& incoming, const Secret& topic, Heard& heard);
  [[nodiscard]] std::optional<int> doubt(const std::string& why, Heard& heard);
  [[nodiscard]] int happened(const HubEvent& event, Heard& heard);
  void record_sign_out(Incoming& message, SignOutScan::Finding finding);

  Clock& clock_;
  HubTrail& trail_;
  CurrentContext context_ = {};
  Allowance allowance_ = {};
};

}  // namespace wardend::fhircast
