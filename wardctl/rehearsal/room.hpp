// Where a rehearsal plays: its service, its EHR and its browser, and what a clinician or an app does with them. Every
// function takes what came as a fact; nothing is judged here.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>

#include "wardctl/rehearsal/browser.hpp"
#include "wardctl/rehearsal/facts.hpp"
#include "wardctl/rehearsal/sandbox.hpp"
#include "wardctl/rehearsal/stage.hpp"

namespace wardend::wardctl {

enum class Socket { broker, control };

class Room {
 public:
  explicit Room(Stage stage);

  [[nodiscard]] const Subject& subject() const { return stage_.subject; }
  [[nodiscard]] Sandbox& ehr() { return sandbox_; }

  // One call; `reply` is what came, or null.
  [[nodiscard]] Heard ask(Socket socket, std::string_view method, const nlohmann::json& parameters,
                          nlohmann::json& reply) const;
  // The same where the answer's members do not matter.
  [[nodiscard]] Heard ask(Socket socket, std::string_view method, const nlohmann::json& parameters) const;

  // The clinician opens the app for this patient, the EHR agrees, and the browser goes on to its last page; an empty
  // patient opens it without one. Where there is a session, the app asks for a token.
  [[nodiscard]] LaunchFacts launch(const std::string& patient);
  // The page of a launch that the EHR's program has opened, where wardend refuses it before it asks the EHR.
  [[nodiscard]] Page refused_launch();

  // Whether a line of the audit trail has all of these words; waits a moment for it. The line is left in `line`.
  [[nodiscard]] bool on_trail(const std::vector<std::string>& words, nlohmann::json& line) const;
  [[nodiscard]] std::string trail() const { return (stage_.folder / "audit.jsonl").string(); }

  // Calls `told` for each event that an app hears, until it returns false or `patience` is over.
  void watch(const std::function<bool(const nlohmann::json&)>& told, std::chrono::milliseconds patience) const;

 private:
  [[nodiscard]] std::string socket_path(Socket socket) const;
  [[nodiscard]] std::set<std::string> sessions() const;
  [[nodiscard]] Page follow(const std::string& address);
  [[nodiscard]] Page begin_standalone();
  [[nodiscard]] Page begin(const std::string& patient);
  [[nodiscard]] std::string app_url() const;

  Stage stage_;
  Sandbox sandbox_;
  HeadlessBrowser browser_;
};

// Looks again and again until `holds` does; false after `patience`.
[[nodiscard]] bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds patience);

}  // namespace wardend::wardctl
