// What is on screen, and a hub that tells it.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "protocol/fhircast/current_context.hpp"

namespace wardend::fhircast {

using namespace std::chrono_literals;
using Effect = CurrentContext::Effect;
using Who = OnScreen::Who;

inline const Timestamp start = std::chrono::sys_days(std::chrono::year(2026) / 1 / 15) + 9h;

// A hub that numbers its events and stamps each a second after the one before.
class Screen : public ::testing::Test {
 protected:
  HubEvent made(EventKind kind, std::optional<std::string> anchor = {}, std::optional<std::string> patient = {}) {
    ++count_;
    HubEvent event{.id = std::to_string(count_), .kind = kind, .timestamp = start + std::chrono::seconds(count_)};
    event.anchor = std::move(anchor);
    event.patient = std::move(patient);
    if (kind == EventKind::encounter_open || kind == EventKind::encounter_close) event.encounter = event.anchor;
    return event;
  }
  HubEvent patient_open(const std::string& id) { return made(EventKind::patient_open, id, id); }
  HubEvent patient_close(const std::string& id) { return made(EventKind::patient_close, id, id); }

  CurrentContext::Applied apply(const HubEvent& event) { return context_.apply(event, now()); }
  Timestamp now() const { return start + std::chrono::seconds(count_); }
  Who who() const { return context_.on_screen().who; }
  std::string patient() const { return context_.on_screen().patient; }

  CurrentContext context_;
  int count_ = 0;
};

}  // namespace wardend::fhircast
