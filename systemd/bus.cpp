#include "systemd/bus.hpp"

#include <poll.h>
#include <systemd/sd-bus.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <deque>
#include <list>
#include <optional>

namespace wardend::systemd {

BusMessage::~BusMessage() { sd_bus_message_unref(message_); }

std::string object_path_in(sd_bus_message* reply) {
  const char* path = nullptr;
  return sd_bus_message_read(reply, "o", &path) > 0 && path != nullptr ? path : "";
}

std::string job_in(sd_bus_message* reply) {
  std::uint32_t id = 0;
  const char* path = nullptr;
  return sd_bus_message_read(reply, "v", "(uo)", &id, &path) > 0 && id != 0 && path != nullptr ? path : "";
}

std::string text_property_in(sd_bus_message* reply) {
  const char* text = nullptr;
  return sd_bus_message_read(reply, "v", "s", &text) > 0 && text != nullptr ? text : "";
}

// Shared with the handlers that wait on its descriptor: they hold it weakly and find nothing once the Bus is gone.
struct Bus::Impl : std::enable_shared_from_this<Bus::Impl> {
  struct PendingCall {
    Event done;
    std::optional<std::expected<BusMessage, BusError>> answer;
  };

  Impl(asio::io_context& its_loop, Clock& its_clock) : loop(its_loop), clock(its_clock), timer(its_loop) {}
  ~Impl() { close(); }

  struct Forget {
    Impl& impl;
    PendingCall* call;
    ~Forget() { impl.pending.remove(call); }
  };

  void close();
  void die();
  void kick();
  void process();
  void wait();
  static int on_signal(sd_bus_message* message, void* userdata, sd_bus_error* error);
  static int on_reply(sd_bus_message* message, void* userdata, sd_bus_error* error);

  asio::io_context& loop;
  Clock& clock;
  sd_bus* bus = nullptr;
  std::optional<asio::posix::stream_descriptor> descriptor;
  asio::steady_timer timer;
  std::deque<std::function<void(sd_bus_message*)>> subscribers;
  std::function<void()> death;
  std::list<PendingCall*> pending;
  bool reading = false;
  bool writing = false;
  bool kicked = false;
};

void Bus::Impl::close() {
  timer.cancel();
  if (descriptor) {
    (void)descriptor->release();  // sd-bus closes it
    descriptor.reset();
  }
  if (bus != nullptr) sd_bus_close_unref(std::exchange(bus, nullptr));
  for (PendingCall* call : pending) call->done.notify_all();
}

void Bus::Impl::die() {
  if (bus == nullptr) return;
  close();
  if (const auto call = std::exchange(death, nullptr)) call();
}

// sd-bus may have queued messages inside: process in a turn of its own, never within a caller.
void Bus::Impl::kick() {
  if (std::exchange(kicked, true)) return;
  asio::post(loop, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->kicked = false;
    self->process();
  });
}

void Bus::Impl::process() {
  while (bus != nullptr) {
    const int result = sd_bus_process(bus, nullptr);
    if (result < 0) return die();
    if (result == 0) break;
  }
  if (bus != nullptr) wait();
}

void Bus::Impl::wait() {
  const int events = sd_bus_get_events(bus);
  if (events < 0) return die();
  const auto armed = [this](bool Impl::* flag) {
    this->*flag = true;
    return [weak = weak_from_this(), flag](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (!self) return;
      self.get()->*flag = false;
      if (!error) self->process();
    };
  };
  using Wait = asio::posix::stream_descriptor::wait_type;
  if ((events & POLLIN) != 0 && !reading) descriptor->async_wait(Wait::wait_read, armed(&Impl::reading));
  if ((events & POLLOUT) != 0 && !writing) descriptor->async_wait(Wait::wait_write, armed(&Impl::writing));
  std::uint64_t until = 0;
  if (sd_bus_get_timeout(bus, &until) < 0 || until == UINT64_MAX) return;
  timer.expires_at(asio::steady_timer::time_point(std::chrono::microseconds(until)));
  timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (self && !error) self->process();
  });
}

int Bus::Impl::on_signal(sd_bus_message* message, void* userdata, sd_bus_error*) {
  (*static_cast<std::function<void(sd_bus_message*)>*>(userdata))(message);
  return 0;
}

int Bus::Impl::on_reply(sd_bus_message* message, void* userdata, sd_bus_error*) {
  auto& call = *static_cast<PendingCall*>(userdata);
  if (const sd_bus_error* error = sd_bus_message_get_error(message)) {
    const char* text = error->message == nullptr ? "" : error->message;
    call.answer.emplace(std::unexpected(BusError{error->name, text}));
  } else {
    call.answer.emplace(BusMessage(sd_bus_message_ref(message)));
  }
  call.done.notify_all();
  return 0;
}

Bus::Bus(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Bus::~Bus() { impl_->close(); }

std::expected<std::unique_ptr<Bus>, std::string> Bus::open(asio::io_context& loop, Clock& clock,
                                                           const std::string& address) {
  auto impl = std::make_shared<Impl>(loop, clock);
  int result = 0;
  if (address.empty()) {
    result = sd_bus_open_system(&impl->bus);
  } else {
    result = sd_bus_new(&impl->bus);
    if (result >= 0) result = sd_bus_set_address(impl->bus, address.c_str());
    if (result >= 0) result = sd_bus_set_bus_client(impl->bus, 1);
    if (result >= 0) result = sd_bus_start(impl->bus);
  }
  if (result < 0) return std::unexpected("no connection to the system bus: " + std::string(strerror(-result)));
  const int fd = sd_bus_get_fd(impl->bus);
  if (fd < 0) return std::unexpected("the system bus connection has no descriptor");
  impl->descriptor.emplace(loop, fd);
  impl->kick();
  return std::unique_ptr<Bus>(new Bus(std::move(impl)));
}

bool Bus::alive() const { return impl_->bus != nullptr; }
void Bus::on_death(std::function<void()> call) { impl_->death = std::move(call); }

void Bus::subscribe(const std::string& rule, std::function<void(sd_bus_message*)> call) {
  if (!alive()) return;
  auto& subscriber = impl_->subscribers.emplace_back(std::move(call));
  // Without an install callback a refused match ends the connection, which on_death tells.
  sd_bus_add_match_async(impl_->bus, nullptr, rule.c_str(), &Impl::on_signal, nullptr, &subscriber);
  impl_->kick();
}

asio::awaitable<std::expected<BusMessage, BusError>> Bus::call(Address address, std::vector<std::string> arguments,
                                                               Duration patience) {
  const std::shared_ptr<Impl> impl = impl_;  // this Bus may go while we wait
  if (impl->bus == nullptr) co_return std::unexpected(BusError{"", "the bus connection is lost"});
  sd_bus_message* raw = nullptr;
  int result = sd_bus_message_new_method_call(impl->bus, &raw, address.destination, address.path.c_str(),
                                              address.interface, address.member);
  const BusMessage message(raw);
  for (const std::string& argument : arguments)
    if (result >= 0) result = sd_bus_message_append_basic(raw, 's', argument.c_str());
  Impl::PendingCall pending;
  sd_bus_slot* slot = nullptr;
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(patience).count();
  if (result >= 0)
    result =
        sd_bus_call_async(impl->bus, &slot, raw, &Impl::on_reply, &pending, static_cast<std::uint64_t>(microseconds));
  const std::unique_ptr<sd_bus_slot, decltype(&sd_bus_slot_unref)> owner(slot, &sd_bus_slot_unref);
  if (result < 0) co_return std::unexpected(BusError{"", strerror(-result)});
  impl->kick();
  const BootTime until = impl->clock.now() + patience + 1s;
  impl->pending.push_back(&pending);
  const Impl::Forget forget{*impl, &pending};
  while (!pending.answer && impl->bus != nullptr) {
    if (co_await impl->clock.wait(pending.done, until) == Clock::Wake::deadline) break;
  }
  if (!pending.answer) co_return std::unexpected(BusError{"", "no reply from the bus in time"});
  co_return std::move(*pending.answer);
}

}  // namespace wardend::systemd
