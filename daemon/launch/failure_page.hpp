// The page of what did not work: the clinician's words, the app's advice where waiting may help, and what support asks
// for. No I/O.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/model.hpp"
#include "daemon/launch/pages.hpp"
#include "daemon/launch/refusal.hpp"
#include "daemon/workstation/presence.hpp"

namespace wardend::launch {

// What a failure page can say. What is not known is empty.
struct Scene {
  std::string reference = {};
  std::string machine = {};  // its name
  const config::App* app = nullptr;
  std::string server = {};
  WallTime now = {};
  workstation::Presence presence = workstation::Presence::present;
  enum class At { launch, redirect };
  At at = At::redirect;  // where it failed: at a launch address, which can be opened again, or behind it
};

// The part of a page that is folded: app, server, time, reference, `more`.
[[nodiscard]] ForIt for_it(const Scene& scene, std::vector<Detail> more);

// The page of a launch that came to nothing.
[[nodiscard]] Notice failure_notice(const Error& error, const Scene& scene);

// The page of a request that was turned away. `technical` takes the place of the refusal's own text for support.
[[nodiscard]] Notice refusal_notice(Refusal refusal, const Scene& scene, const std::string& technical = {});

}  // namespace wardend::launch
