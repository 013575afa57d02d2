// An EHR's hub in tests: npm `ws` and Medplum's messages, in tests/peers/fhircast-hub, and a site whose sandbox hands
// it out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/scenario.hpp"

namespace wardend::test {

class Hub {
 public:
  // How it is reached: `host` is the name that it gives itself; with a certificate it speaks TLS.
  struct Address {
    std::string host = "127.0.0.1";
    std::string certificate = "";  // a file, and its key's
    std::string key = "";
  };
  explicit Hub(const Site& site) : Hub(site, Address{}) {}
  Hub(const Site& site, Address address);
  // Listens. A hub that has stopped comes back at the same place and has forgotten everything.
  void start();
  void stop() { server_.reset(); }
  [[nodiscard]] pid_t process() const { return server_->pid(); }

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  json control(const std::string& what, const json& value = json::object()) const;  // POST /admin/WHAT
  void mode(const json& value) const { control("mode", value); }
  // Tells an event; its id. `how` is laid over the request: timestamp, id, times.
  std::string publish(const std::string& topic, const std::string& event, const json& context,
                      const json& how = json::object()) const;
  void send_raw(const std::string& topic, const std::string& text) const;
  // Any bytes, in a text frame or a binary one; when they were sent, on the monotonic clock, in milliseconds.
  enum class Frame : std::uint8_t { text, binary };
  double send_bytes(const std::string& topic, const std::string& bytes, Frame frame = Frame::text) const;

  [[nodiscard]] json subscriptions() const;
  // The lines of its log that say `what`, the oldest first.
  [[nodiscard]] std::vector<json> log(const std::string& what) const;
  [[nodiscard]] std::size_t count(const std::string& what) const { return log(what).size(); }
  // The answers to one event, as soon as there are `times` of them.
  [[nodiscard]] std::vector<json> acknowledgements(const std::string& id, std::size_t times = 1) const;

 private:
  [[nodiscard]] json get(const std::string& what) const;

  Address address_;
  std::uint16_t port_;
  std::string url_;
  std::filesystem::path log_;
  int starts_ = 0;
  std::unique_ptr<Child> server_;
};

// Entries of an event's context.
[[nodiscard]] json patient_entry(const std::string& id);
[[nodiscard]] json encounter_entry(const std::string& id, const std::string& patient);
// A self-signed certificate for 127.0.0.1 and its key, in the site's folder.
[[nodiscard]] Hub::Address with_certificate(const Site& site);

// A site that follows a hub.
class Followed : public Scenario {
 protected:
  Followed() { hub.start(); }
  // Token responses name the hub and a topic from now on.
  void offer(const std::string& url, const std::string& of_topic) const;
  void offer() const { offer(hub.url(), topic); }
  // Starts wardend and launches; returns the session's id when the hub has confirmed.
  [[nodiscard]] std::string follow(Settings settings = {});
  [[nodiscard]] static Settings following(Settings settings = {});
  // How many subscriptions are in this state, as Status tells it.
  [[nodiscard]] int subscriptions(const std::string& state) const;
  [[nodiscard]] bool followed(std::chrono::milliseconds patience = 10s) const;

  [[nodiscard]] json on_screen(const std::string& session);
  // Waits until the session's on_screen is this; an empty patient: none is told.
  [[nodiscard]] bool shows(const std::string& session, const std::string& state, const std::string& patient = {},
                           std::chrono::milliseconds patience = 10s);
  // Publishes, expects to be answered with `status`, and returns the event's id.
  std::string tell(const std::string& event, const json& context, const json& how = json::object(), int status = 200);
  std::string open(const std::string& patient) { return tell("Patient-open", json::array({patient_entry(patient)})); }
  // Waits until the audit says that the login session was cleared for this.
  [[nodiscard]] bool cleared(const std::string& reason, std::chrono::milliseconds patience = 10s);
  [[nodiscard]] bool audited(const std::vector<std::string>& words, std::chrono::milliseconds patience = 10s) const;

  // The first event of this kind that a watcher hears of after `act`, within ten seconds; null: none.
  template <typename Act>
  json heard(const std::string& kind, Act act) {
    auto watcher = site.broker();
    json found;
    bool begun = false;
    (void)watcher.call_more(
        "org.wardend.Broker.Monitor", json::object(),
        [&](const json& reply) {
          if (!std::exchange(begun, true)) act();
          if (reply.at("event").value("kind", "") != kind) return true;
          found = reply.at("event");
          return false;
        },
        10s);
    return found;
  }

  const std::string topic = "canary-topic-5d1f0a77";
  Hub hub{site};
};

}  // namespace wardend::test
