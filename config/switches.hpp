// Which apps an operator has switched off, apart from `enabled = false` in the file. Values alone: daemon/switches
// keeps them over restarts and tells of them.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/errors.hpp"
#include "config/model.hpp"

namespace wardend::config {

class Switches {
 public:
  // Switches an app off. Of one that is off already the reason is replaced.
  void off(const std::string& app, SwitchedOff why) { apps_.insert_or_assign(app, std::move(why)); }
  // Switches an app on again. False: it was not off.
  bool on(const std::string& app) { return apps_.erase(app) > 0; }
  // Nobody knows which apps are off, so all of them are, those that a reload brings too.
  void all_off(SwitchedOff why) { all_ = std::move(why); }
  // Turns `all_off` into a switch of each app of `config`, so that one can be switched on.
  void name_each(const Config& config);

  // The app's switch; nullptr: it is on.
  [[nodiscard]] const SwitchedOff* find(const std::string& app) const;
  [[nodiscard]] const std::map<std::string, SwitchedOff>& apps() const { return apps_; }
  [[nodiscard]] const std::optional<SwitchedOff>& all() const { return all_; }

  // `read` with each App::switched_off as it is here: `read` itself where that is so already.
  [[nodiscard]] ConfigPtr over(const ConfigPtr& read) const;

 private:
  std::map<std::string, SwitchedOff> apps_;
  std::optional<SwitchedOff> all_;
};

// What callers of an app are told that is not in use: why, and the approved advice.
[[nodiscard]] errors::AppDisabled disabled(const App& app);

}  // namespace wardend::config
