#include "config/switches.hpp"

#include <algorithm>

namespace wardend::config {
namespace {

std::optional<SwitchedOff> copy_of(const SwitchedOff* found) {
  return found == nullptr ? std::nullopt : std::optional(*found);
}

}  // namespace

const SwitchedOff* Switches::find(const std::string& app) const {
  const auto found = apps_.find(app);
  if (found != apps_.end()) return &found->second;
  return all_ ? &*all_ : nullptr;
}

void Switches::name_each(const Config& config) {
  if (!all_) return;
  for (const App& app : config.apps) apps_.try_emplace(app.id, *all_);
  all_.reset();
}

ConfigPtr Switches::over(const ConfigPtr& read) const {
  const auto as_here = [this](const App& app) { return app.switched_off == copy_of(find(app.id)); };
  if (std::ranges::all_of(read->apps, as_here)) return read;
  auto laid_over = std::make_shared<Config>(*read);
  for (App& app : laid_over->apps) app.switched_off = copy_of(find(app.id));
  return laid_over;
}

errors::AppDisabled disabled(const App& app) {
  errors::AppDisabled error{.reason = app.switched_off ? "the app is switched off: " + app.switched_off->reason
                                                       : "the app is switched off in the configuration"};
  if (!app.advice.empty()) error.advice = app.advice;
  return error;
}

}  // namespace wardend::config
