// The page at /status of the loopback listener: is it this workstation or the EHR, since when, and what to do. For
// whoever sits there, so it names nobody: no user, session or patient, and no text that a person typed. Its sentences
// are those of `wardctl status`. Pure.
#pragma once

#include <string>

#include "config/model.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

// `status` without what is about people: who is signed in where, who switched an app off and why, what a faulty line of
// the configuration says.
[[nodiscard]] ipc::control::StatusReply without_people(ipc::control::StatusReply status);

// The page, whole; `now` in Unix seconds. Every value in it is escaped. Takes what is about people out itself.
[[nodiscard]] std::string status_page(ipc::control::StatusReply status, const config::Config& config, std::int64_t now);

}  // namespace wardend::service
