#include "ipc/error_frame.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/json.hpp"
#include "base/log.hpp"

namespace wardend::ipc {
namespace {

constexpr std::size_t longest_name_bytes = 256;

std::string frame(std::string_view interface, std::string_view error, std::string_view parameters_json) {
  std::string name(interface);
  name.append(".").append(error);
  return R"({"error":)" + dump_json(nlohmann::json(name)) + R"(,"parameters":)" + std::string(parameters_json) + "}";
}

std::optional<std::string> declared(const Dispatcher& interface, const Error& error) {
  const auto parameters = interface.error_parameters(error);
  if (!parameters) return std::nullopt;
  return frame(interface.interface_name(), name_of(error.code()), *parameters);
}

// What a caller may not do stays a refusal; everything else cannot be done here.
bool is_refusal(Errc code) {
  constexpr std::array refusals = {Errc::NotAuthorized, Errc::UnknownApp, Errc::AppDisabled, Errc::WorkstationLocked,
                                   Errc::SessionCleared};
  return std::ranges::find(refusals, code) != refusals.end();
}

std::string undeclared(const Dispatcher& interface, const Error& error) {
  log::bounded(
      log::Level::warn, "error is not of the interface", std::string(name_of(error.code())),
      {{"interface", interface.interface_name()}, {"error", name_of(error.code())}, {"detail", error.detail()}});
  const StandardError permission_denied{"PermissionDenied"};
  if (is_refusal(error.code())) return error_frame(permission_denied);
  return declared(interface, errors::NotSupported{.what = error.detail()}).value_or(error_frame(permission_denied));
}

}  // namespace

std::string error_frame(const Dispatcher& interface, const Error& error) {
  if (auto text = declared(interface, error)) return std::move(*text);
  return undeclared(interface, error);
}

std::string error_frame(std::span<Dispatcher* const> interfaces, const Error& error) {
  for (const Error& told : {error, Error(errors::NotSupported{.what = error.detail()})})
    for (const Dispatcher* interface : interfaces)
      if (auto text = declared(*interface, told)) return std::move(*text);
  return error_frame(StandardError{"PermissionDenied"});
}

std::string error_frame(const StandardError& error) {
  auto parameters = nlohmann::json::object();
  if (!error.member.empty()) parameters[std::string(error.member)] = error.value.substr(0, longest_name_bytes);
  return frame("org.varlink.service", error.name, dump_json(parameters));
}

}  // namespace wardend::ipc
