// A D-Bus connection on the Asio loop. Calls are awaited, signals come as callbacks in the turn in which they arrive.
// Not for serving objects. A connection that died stays dead: make a new one. Spec: sd-bus(3).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"

struct sd_bus_message;

namespace wardend::systemd {

// A message with an owner.
class BusMessage {
 public:
  BusMessage() = default;
  // Takes over a reference.
  explicit BusMessage(sd_bus_message* message) : message_(message) {}
  BusMessage(BusMessage&& other) noexcept : message_(std::exchange(other.message_, nullptr)) {}
  BusMessage& operator=(BusMessage&& other) noexcept {
    std::swap(message_, other.message_);
    return *this;
  }
  BusMessage(const BusMessage&) = delete;
  BusMessage& operator=(const BusMessage&) = delete;
  ~BusMessage();
  [[nodiscard]] sd_bus_message* get() const { return message_; }

 private:
  sd_bus_message* message_ = nullptr;
};

// The service manager's simplest replies as values; what cannot be read is empty. An object path; the path of a unit's
// Job property (empty: there is none); a property that is text.
[[nodiscard]] std::string object_path_in(sd_bus_message* reply);
[[nodiscard]] std::string job_in(sd_bus_message* reply);
[[nodiscard]] std::string text_property_in(sd_bus_message* reply);

struct BusError {
  std::string name;  // D-Bus error name, or "" when the connection or the time was lost
  std::string text;
};

class Bus {
 public:
  // Starts connecting to `address` (empty: the system bus, or $DBUS_SYSTEM_BUS_ADDRESS). Errors: a sentence.
  [[nodiscard]] static std::expected<std::unique_ptr<Bus>, std::string> open(asio::io_context& loop, Clock& clock,
                                                                             const std::string& address = {});
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  [[nodiscard]] bool alive() const;
  // Told once, from the loop, when the connection is lost.
  void on_death(std::function<void()> call);

  // Calls `call` for every signal that `rule` matches. A rule's sender filters broadcasts only: anybody may send a
  // signal directly to this connection, so the callback compares sd_bus_message_get_sender as well.
  void subscribe(const std::string& rule, std::function<void(sd_bus_message*)> call);

  struct Address {
    const char* destination;
    std::string path;
    const char* interface;
    const char* member;
  };
  // Method calls with string arguments, or none. Gives up after `patience`.
  [[nodiscard]] asio::awaitable<std::expected<BusMessage, BusError>> call(Address address,
                                                                          std::vector<std::string> arguments,
                                                                          Duration patience = 5s);

 private:
  struct Impl;
  explicit Bus(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace wardend::systemd
