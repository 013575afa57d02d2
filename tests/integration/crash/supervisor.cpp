#include "tests/integration/crash/supervisor.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <sstream>
#include <stdexcept>

namespace wardend::test {
namespace {

constexpr std::size_t store_max = 2;  // FileDescriptorStoreMax= of the unit

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string value_of(const std::vector<std::string>& lines, const std::string& name, std::string otherwise = {}) {
  for (const std::string& line : lines)
    if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
  return otherwise;
}

bool same_file(int left, int right) {
  struct stat a{}, b{};
  return ::fstat(left, &a) == 0 && ::fstat(right, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

FileDescriptor listening_at(const std::string& path) {
  FileDescriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(path);
  if (::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(made.get(), 64) != 0)
    made.reset();
  return made;
}

}  // namespace

Supervisor::Supervisor(const Site& site)
    : site_(site),
      address_((site.folder() / "notify").string()),
      socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_un address = address_of(address_);
  const int yes = 1;
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::setsockopt(socket_.get(), SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) != 0)
    throw std::runtime_error("the notify socket cannot be made");
}

void Supervisor::listen() {
  for (const char* name : {"broker", "control", "lock"}) {
    const FileDescriptor& made =
        listening_.emplace_back(name, listening_at(site_.folder() / (std::string(name) + ".sock"))).second;
    if (!made.valid()) throw std::runtime_error("a socket cannot be made");
  }
}

bool Supervisor::start(const std::vector<std::string>& environment) {
  told_.clear();
  Command command{.arguments = {program("wardend-crash"), "--config", site_.config()},
                  .environment = {"NOTIFY_SOCKET=" + address_, "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent"}};
  if (watchdog_)
    command.environment.push_back(
        "WATCHDOG_USEC=" + std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(*watchdog_).count()));
  command.environment.insert(command.environment.end(), environment.begin(), environment.end());
  for (const auto& [name, descriptor] : listening_) command.passed.emplace_back(name, descriptor.get());
  for (const auto& [name, descriptor] : store_) command.passed.emplace_back(name, descriptor.get());
  alive_at_ = std::chrono::steady_clock::now();
  service_ = std::make_unique<Child>(command, site_.folder() / ("service-" + std::to_string(++starts_)));
  return eventually([this] { return was_told("READY=1") || service_->wait_end(0ms) != -1; }, 20s) &&
         service_->wait_end(0ms) == -1;
}

int Supervisor::await_end(std::chrono::milliseconds patience) {
  int code = -1;
  (void)eventually(
      [&] {
        take_messages();
        return (code = service_->wait_end(0ms)) != -1;
      },
      patience);
  take_messages();
  return code;
}

int Supervisor::kill() {
  service_->send_signal(SIGKILL);
  return await_end();
}

int Supervisor::stop() {
  service_->send_signal(SIGTERM);
  const int code = await_end();
  drop_stored();
  return code;
}

int Supervisor::guard() {
  const bool overdue = eventually(
      [this] {
        take_messages();
        return std::chrono::steady_clock::now() - alive_at_ > watchdog_.value();
      },
      20s);
  if (!overdue) return -1;
  service_->send_signal(SIGABRT);
  return await_end();
}

bool Supervisor::was_told(std::string_view line) {
  take_messages();
  return std::ranges::find(told_, line) != told_.end();
}

std::vector<std::string> Supervisor::stored() {
  take_messages();
  std::vector<std::string> names;
  for (const auto& [name, descriptor] : store_) names.push_back(name);
  return names;
}

void Supervisor::take_messages() {
  std::array<char, 4096> text{};
  alignas(cmsghdr) std::array<char, 1024> control{};
  for (;;) {
    iovec part{text.data(), text.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto count = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0) return;
    pid_t sender = 0;
    std::vector<FileDescriptor> passed;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level != SOL_SOCKET) continue;
      if (header->cmsg_type == SCM_CREDENTIALS) {
        ucred credentials{};
        std::memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
        sender = credentials.pid;
      } else if (header->cmsg_type == SCM_RIGHTS) {
        for (std::size_t at = 0; at + sizeof(int) <= header->cmsg_len - CMSG_LEN(0); at += sizeof(int)) {
          int descriptor = -1;
          std::memcpy(&descriptor, CMSG_DATA(header) + at, sizeof descriptor);
          passed.emplace_back(descriptor);
        }
      }
    }
    // NotifyAccess=main
    if (service_ && sender == service_->pid()) take({text.data(), static_cast<std::size_t>(count)}, std::move(passed));
  }
}

void Supervisor::take(std::string_view text, std::vector<FileDescriptor> passed) {
  const std::vector<std::string> lines = lines_of(text);
  told_.insert(told_.end(), lines.begin(), lines.end());
  const std::string name = value_of(lines, "FDNAME", "stored");
  if (value_of(lines, "WATCHDOG") == "1") alive_at_ = std::chrono::steady_clock::now();
  if (value_of(lines, "FDSTOREREMOVE") == "1") std::erase_if(store_, [&](const auto& of) { return of.first == name; });
  if (value_of(lines, "FDSTORE") != "1") return;
  for (FileDescriptor& descriptor : passed) {
    const auto known = [&](const auto& of) { return same_file(of.second.get(), descriptor.get()); };
    if (store_.size() < store_max && std::ranges::none_of(store_, known))
      store_.emplace_back(name, std::move(descriptor));
  }
}

int Supervisor::vault_descriptor() {
  take_messages();
  const auto is_vault = [](const auto& of) { return of.first == "vault"; };
  if (std::ranges::count_if(store_, is_vault) != 1) throw std::runtime_error("there is not one vault");
  return std::ranges::find_if(store_, is_vault)->second.get();
}

std::string Supervisor::vault() {
  const int memory = vault_descriptor();
  // What was never written is a hole, and stays one.
  std::string bytes(static_cast<std::size_t>(::lseek(memory, 0, SEEK_HOLE)), '\0');
  if (::pread(memory, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("the vault cannot be read");
  return bytes;
}

void Supervisor::write_vault(std::size_t offset, std::string_view bytes) {
  if (::pwrite(vault_descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(offset)) !=
      static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("the vault cannot be written");
}

}  // namespace wardend::test
