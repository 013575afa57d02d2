// org.varlink.service: what a server says about itself to anybody. Spec: https://varlink.org/Service
#pragma once

#include <string>
#include <vector>

#include "ipc/dispatcher.hpp"

namespace wardend::ipc {

class ServiceInterface final : public Dispatcher {
 public:
  // `interfaces` are the others of the same server; they must outlive this.
  ServiceInterface(std::string version, std::vector<const Dispatcher*> interfaces)
      : version_(std::move(version)), interfaces_(std::move(interfaces)) {}
  [[nodiscard]] std::string_view interface_name() const override;
  [[nodiscard]] std::string_view description() const override;
  [[nodiscard]] std::span<const MethodInfo> methods() const override;
  [[nodiscard]] std::optional<std::string> error_parameters(const Error&) const override { return std::nullopt; }
  [[nodiscard]] asio::awaitable<Outcome> call(std::size_t method, Call& call, const nlohmann::json& parameters,
                                              StreamSink& sink) override;

 private:
  [[nodiscard]] Outcome get_info(const nlohmann::json& parameters) const;
  [[nodiscard]] Outcome get_interface_description(const nlohmann::json& parameters) const;
  std::string version_;
  std::vector<const Dispatcher*> interfaces_;
};

}  // namespace wardend::ipc
