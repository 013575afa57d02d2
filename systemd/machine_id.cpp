#include "systemd/machine_id.hpp"

#include <systemd/sd-id128.h>

namespace wardend::systemd {

std::string machine_id() {
  // This program's own number, so that the machine's is not given away.
  constexpr sd_id128_t application{
      .bytes = {0x5b, 0x0c, 0x7d, 0x1e, 0x3f, 0x9a, 0x4e, 0x62, 0x8d, 0x21, 0xc4, 0x70, 0x16, 0xab, 0x5e, 0x93}};
  sd_id128_t id{};
  if (sd_id128_get_machine_app_specific(application, &id) < 0) id = application;
  char text[SD_ID128_STRING_MAX];
  return sd_id128_to_string(id, text);
}

std::string boot_id() {
  sd_id128_t id{};
  if (sd_id128_get_boot(&id) < 0) return {};
  char text[SD_ID128_STRING_MAX];
  return sd_id128_to_string(id, text);
}

}  // namespace wardend::systemd
