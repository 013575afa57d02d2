#include "ipc/error_frame.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/log.hpp"

namespace wardend::ipc {
namespace {

constexpr std::size_t longest_name_bytes = 256;
constexpr std::size_t largest_object_bytes = 64 * 1024;

nlohmann::json empty_value(MemberType type) {
  switch (type) {
    case MemberType::text:
      return "";
    case MemberType::integer:
      return 0;
    case MemberType::number:
      return 0.0;
    case MemberType::boolean:
      return false;
    case MemberType::list:
      return nlohmann::json::array();
    case MemberType::object:
      return nlohmann::json::object();
  }
  return nullptr;
}

nlohmann::json given_value(MemberType type, const Error::Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return *list;
  const auto& text = std::get<std::string>(value);
  if (type != MemberType::object) return text;
  auto object = parse_json(text, largest_object_bytes);
  return object ? std::move(*object) : nlohmann::json::object();
}

const Error::Value* find_given(const Error& error, std::string_view name) {
  for (const auto& [member, value] : error.members)
    if (member == name) return &value;
  return nullptr;
}

// The member that carries the detail: the first of these that is declared, if nobody has given it.
std::string_view detail_member(const ErrorInfo& declared, const Error& error) {
  constexpr std::array<std::string_view, 4> carriers = {"reason", "description", "what", "field"};
  for (const auto carrier : carriers) {
    const auto is_carrier = [&](const ErrorMember& member) { return member.name == carrier; };
    if (std::ranges::none_of(declared.members, is_carrier)) continue;
    if (find_given(error, carrier) == nullptr) return carrier;
  }
  return {};
}

nlohmann::json members_of(const ErrorInfo& declared, const Error& error) {
  auto parameters = nlohmann::json::object();
  const auto carrier = detail_member(declared, error);
  for (const auto& member : declared.members) {
    if (const auto* given = find_given(error, member.name)) {
      parameters[std::string(member.name)] = given_value(member.type, *given);
    } else if (member.name == carrier && !error.detail.empty()) {
      parameters[std::string(member.name)] = error.detail;
    } else if (!member.optional) {
      parameters[std::string(member.name)] = empty_value(member.type);
    }
  }
  return parameters;
}

std::string frame(std::string name, nlohmann::json parameters) {
  auto reply = nlohmann::json::object();
  reply["error"] = std::move(name);
  reply["parameters"] = std::move(parameters);
  return dump_json(reply);
}

std::string undeclared(const Dispatcher& interface, const Error& error) {
  log::warn("error is not of the interface",
            {{"interface", interface.interface_name()}, {"error", name_of(error.code)}, {"detail", error.detail}});
  constexpr std::array not_permitted = {Errc::NotAuthorized, Errc::UnknownApp, Errc::AppDisabled,
                                        Errc::WorkstationLocked, Errc::SessionCleared};
  const bool refused = std::ranges::find(not_permitted, error.code) != not_permitted.end();
  const auto* fallback = interface.find_error(name_of(Errc::NotSupported));
  if (refused || fallback == nullptr) return error_frame(StandardError{"PermissionDenied"});
  return error_frame(interface, Error{Errc::NotSupported, error.detail});
}

}  // namespace

std::string error_frame(const Dispatcher& interface, const Error& error) {
  const auto* declared = interface.find_error(name_of(error.code));
  if (declared == nullptr) return undeclared(interface, error);
  std::string name(interface.interface_name());
  name.append(".").append(declared->name);
  return frame(std::move(name), members_of(*declared, error));
}

std::string error_frame(const StandardError& error) {
  auto parameters = nlohmann::json::object();
  if (!error.member.empty()) parameters[std::string(error.member)] = error.value.substr(0, longest_name_bytes);
  return frame("org.varlink.service." + std::string(error.name), std::move(parameters));
}

}  // namespace wardend::ipc
