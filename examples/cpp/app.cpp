// A patient's observations in a terminal: a whole app on wardend. It holds no password and stores no token.
//
//     trend [APP]        APP: its id in wardend.toml, where this user may use several
// Type `launch`, `note TEXT`, `save` or `quit`.
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <wardend/client.hpp>

#include "fhir.hpp"
#include "screen.hpp"
#include "what_to_do.hpp"

using namespace std::chrono_literals;
using nlohmann::json;
using wardend::client::Client;
using wardend::client::Failure;
using Clock = std::chrono::steady_clock;

constexpr auto look_again = 1000ms;

std::string socket_path() {
  const char* named = std::getenv("WARDEND_SOCKET");
  return named != nullptr ? named : wardend::client::default_socket;
}

// A connection a call: a restart of wardend ends one call at most, and threads need no lock.
json ask(const std::string& method, const json& parameters,
         wardend::client::Patience patience = wardend::client::default_patience) {
  auto broker = Client::connect(socket_path());
  if (!broker) throw broker.error();
  auto reply = broker->call("org.wardend.Broker." + method, parameters, patience);
  if (!reply) throw reply.error();
  return std::move(*reply);
}

std::string text(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// What belongs to one launch. The thread that hears of a clear takes it away as a whole.
struct Work {
  std::string session = {}, patient = {}, note = {};
  json rows = json::array();
  std::int64_t fetched_at = 0;  // Unix seconds
};

class App {
 public:
  explicit App(std::string name) : name_(std::move(name)) {}

  // One line that was typed; empty: time has passed.
  void obey(const std::string& line) {
    try {
      const bool open = !now().session.empty();
      if (line == "launch")
        launch();
      else if (open && line.starts_with("note "))
        change([&](Work& work) { work.note = line.substr(5); });
      else if (open && line == "save")
        save();
      else if (open && Clock::now() >= quiet_until_.load())
        refresh();
      else if (const std::string session = open ? "" : take_offered(); !session.empty())
        begin(ask("GetSession", {{"session", session}}).at("session"));
    } catch (const Failure& failure) {
      refused(failure);
    }
  }

  // In a thread of its own, for as long as the app runs.
  void watch() {
    for (;; std::this_thread::sleep_for(look_again)) {
      if (auto broker = Client::connect(socket_path()))
        static_cast<void>(broker->call_more("org.wardend.Broker.Monitor", json::object(), [this](const json& reply) {
          hear(reply.at("event"));
          return true;
        }));
      screen_.hide();
    }
  }

 private:
  // The app launches itself; where the EHR does, `watch` hears of the session.
  void launch() {
    const json begun = ask("BeginLaunch", name_.empty() ? json::object() : json{{"app", name_}});
    std::cout << "open: " << text(begun, "authorization_url") << std::endl;  // in the clinician's browser
    const auto patience = std::chrono::seconds(begun.at("expires_in").get<std::int64_t>()) + 15s;
    begin(ask("AwaitLaunch", {{"launch_id", begun.at("launch_id")}}, patience).at("session"));
  }

  void begin(const json& session) {
    take_offered();
    quiet_until_.store({});
    const Work work{.session = text(session, "id"), .patient = text(session.at("context"), "patient")};
    change([&](Work& mine) { mine = work; });
    screen_.open(work.session);
    const json resumed = ask("ResumeWork", {{"session", work.session}});
    for (const json& item : resumed.at("items")) {
      const std::string note = text(item, "data");
      change([&](Work& mine) { mine.note = note; });
      screen_.show(work.session, "Your note is back: " + note);
    }
    refresh();
  }

  void hear(const json& event) {
    const std::string kind = text(event, "kind"), session = text(event, "session");
    if (kind == "session_cleared") {
      offer(session, "");
      cleared(session, "You were signed out (" + text(event, "reason") + ").");
    } else if (kind == "session_present" || kind == "session_started") {
      if (session != now().session) offer("", session);
    } else if (kind == "server_health_changed") {
      quiet_until_.store({});
    }
  }

  // A session that this app's user has, and that is not on the screen.
  void offer(const std::string& instead_of, const std::string& session) {
    const std::lock_guard guard(mutex_);
    if (instead_of.empty() || instead_of == offered_) offered_ = session;
  }
  std::string take_offered() {
    const std::lock_guard guard(mutex_);
    return std::exchange(offered_, "");
  }

  // First the screen, then the unfinished work: wardend takes it for a minute, and gives it back to the same user, for
  // the same patient, after the next launch.
  void cleared(const std::string& session, const std::string& why) {
    if (!screen_.wipe(session, why)) return;
    const std::string note = now().note;
    change([](Work& work) { work = {}; });
    if (note.empty()) return;
    try {
      ask("ParkWork", {{"session", session}, {"label", "note"}, {"data", note}});
      std::cout << "Your note is kept for you." << std::endl;
    } catch (const Failure& failure) {
      std::cout << "Your note could not be kept: " << failure.error << failure.detail << std::endl;
    }
  }

  void refresh() {
    // Ask for the token each time: it costs microseconds, and is the newest. Naming the patient on the screen has
    // wardend refuse a token for anybody else.
    const Work work = now();
    const std::int64_t asked_at = std::time(nullptr);
    json question = {{"session", work.session}, {"patient", work.patient}};
    json token = ask("GetToken", question);
    const auto read = [&] {
      fhir_base_ = text(token, "fhir_base_url");
      return send({.url = fhir_base_ + "/Observation?patient=" + work.patient,
                   .access_token = text(token, "access_token"),
                   .request_id = text(token, "request_id")});  // the same in the audit trail and in the server's log
    };
    Answer answer = read();
    if (answer.status == 401) {  // once: wardend gets another token, or says what to do
      question["rejected"] = sha256(text(token, "access_token"));
      token = ask("GetToken", question);
      answer = read();
    }
    if (answer.status == 200) {
      const json bundle = json::parse(answer.body, nullptr, false);
      change([&](Work& mine) {
        if (mine.session != work.session) return;  // it was cleared meanwhile
        mine.rows = bundle.is_object() ? bundle.value("entry", json::array()) : json::array();
        mine.fetched_at = asked_at;
      });
    }
    const std::string status = answer.status == 0 ? "none" : std::to_string(answer.status);
    draw(work.session, token.at("freshness"), answer.status == 200 ? "" : " The EHR's answer: " + status + ".");
    if (answer.status == 200) record_access(work, text(token, "request_id"));
  }

  void draw(const std::string& session, const json& freshness, const std::string& trouble) {
    const Work work = now();
    const json since = freshness.value("unbroken_since", json());
    const bool unbroken = since.is_number() && since.get<std::int64_t>() <= work.fetched_at;
    const bool confirmed = unbroken && !freshness.value("stale", true) && trouble.empty();
    std::string lines = "Patient " + work.patient + ": " + std::to_string(work.rows.size()) + " observations\n";
    for (const json& entry : work.rows)
      lines +=
          "  " + entry.value("/resource/code/text"_json_pointer, entry.value("/resource/id"_json_pointer, "")) + "\n";
    char at[16] = "never";
    if (work.fetched_at != 0) std::strftime(at, sizeof at, "%H:%M:%S", std::localtime(&work.fetched_at));
    const std::string advice = text(freshness, "advice");
    lines += confirmed
                 ? "Confirmed."
                 : "NOT CONFIRMED, read at " + std::string(at) + "." + trouble + (advice.empty() ? "" : " " + advice);
    screen_.show(session, lines);
  }

  void record_access(const Work& work, const std::string& request_id) {
    if (!records_access_) return;
    const json read = {{"interaction", "search"},
                       {"resource", "Observation"},
                       {"patient", work.patient},
                       {"outcome", "success"},
                       {"request_id", request_id}};
    try {
      ask("RecordAccess", {{"session", work.session}, {"accesses", json::array({read})}});
    } catch (const Failure& failure) {
      if (!failure.error.ends_with(".NotSupported")) throw;
      records_access_ = false;  // this broker does not take it
    }
  }

  // Asks before the write, and says afterwards what became of it.
  void save() {
    const Work work = now();
    const json resource = {{"resourceType", "Observation"},
                           {"status", "preliminary"},
                           {"code", {{"text", "Note"}}},
                           {"subject", {{"reference", "Patient/" + work.patient}}},
                           {"valueString", work.note}};
    const json permit = ask("AuthorizeWrite", {{"session", work.session},
                                               {"patient", work.patient},
                                               {"interaction", "create"},
                                               {"resource_type", "Observation"},
                                               {"resource", resource}});
    const long status = send({.url = fhir_base_ + "/Observation",
                              .access_token = text(permit, "access_token"),
                              .request_id = text(permit, "permit").substr(0, 8),  // as the audit trail names it
                              .body = resource.dump()})
                            .status;
    const bool done = status == 200 || status == 201;
    const char* outcome = done ? "success" : status == 401 || status == 403 ? "denied" : "failure";
    ask("RecordWrite", {{"permit", permit.at("permit")}, {"outcome", outcome}});
    if (done) change([](Work& mine) { mine.note.clear(); });
    std::cout << (done ? "Saved." : "NOT SAVED: the EHR answered " + std::to_string(status) + ".") << std::endl;
  }

  void refused(const Failure& failure) {
    if (failure.kind != Failure::Kind::refused) return screen_.hide();
    std::cerr << "(" << failure.error << " " << failure.parameters_json << ")" << std::endl;  // for IT
    const WhatToDo row = on_error(std::string_view(failure.error).substr(failure.error.rfind('.') + 1));
    const json members = json::parse(failure.parameters_json, nullptr, false);
    const std::string shown = row.shown.empty() ? "" : text(members, std::string(row.shown).c_str());
    const std::string sentence = std::string(row.sentence) + (shown.empty() ? "" : " " + shown);
    const std::string session = now().session;
    if (row.action == "wipe" && !session.empty())
      cleared(session, sentence);
    else if (row.action == "wait" && !session.empty()) {
      quiet_until_ = Clock::now() + std::chrono::seconds(members.value("retry_after", 0)) +
                     std::chrono::milliseconds(members.value("retry_after_ms", 0));
      draw(session, json{{"stale", true}}, " " + sentence);
    } else if (row.action != "skip")
      std::cout << sentence << std::endl;
  }

  Work now() {
    const std::lock_guard guard(mutex_);
    return work_;
  }
  template <typename Change>
  void change(Change change) {
    const std::lock_guard guard(mutex_);
    change(work_);
  }

  const std::string name_;
  Screen screen_;
  std::mutex mutex_;
  Work work_;
  std::string offered_;
  std::atomic<Clock::time_point> quiet_until_{};
  std::string fhir_base_;
  bool records_access_ = true;
};

int main(int count, char** words) {
  App app(count > 1 ? words[1] : "");
  std::thread([&app] { app.watch(); }).detach();
  std::cout << "Type launch, note TEXT, save or quit." << std::endl;
  std::string typed;
  for (;;) {
    const auto end = typed.find('\n');
    const std::string line = end == std::string::npos ? "" : typed.substr(0, end);
    typed.erase(0, end == std::string::npos ? 0 : end + 1);
    if (line == "quit") std::_Exit(0);
    app.obey(line);
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    char bytes[4096];
    if (typed.find('\n') != std::string::npos || poll(&input, 1, static_cast<int>(look_again.count())) <= 0) continue;
    const auto read_bytes = read(STDIN_FILENO, bytes, sizeof bytes);
    typed += read_bytes > 0 ? std::string(bytes, static_cast<std::size_t>(read_bytes)) : "quit\n";
  }
}
