// org.varlink.service: what a server says about itself to anybody. Spec: https://varlink.org/Service
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ipc/dispatcher.hpp"

namespace wardend::ipc {

class ServiceInterface final : public Dispatcher {
 public:
  // `interfaces` are the others of the same server; their descriptions outlive this.
  ServiceInterface(const std::string& version, const std::vector<const Dispatcher*>& interfaces);
  [[nodiscard]] std::string_view interface_name() const override;
  [[nodiscard]] std::string_view description() const override;
  [[nodiscard]] std::span<const MethodInfo> methods() const override;
  [[nodiscard]] std::optional<std::string> error_parameters(const Error&) const override { return std::nullopt; }
  [[nodiscard]] asio::awaitable<Outcome> call(std::size_t method, Call& call, const nlohmann::json& parameters,
                                              StreamSink& sink) override;

 private:
  [[nodiscard]] Outcome get_info(const nlohmann::json& parameters) const;
  [[nodiscard]] Outcome get_interface_description(const nlohmann::json& parameters);
  // Anybody may ask, as often as they like: what they are told is written out once, a description when it is first
  // asked for.
  struct Description {
    std::string_view text;
    std::string reply;
  };
  std::string info_;
  std::map<std::string, Description, std::less<>> descriptions_;  // by interface
};

}  // namespace wardend::ipc
