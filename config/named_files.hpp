// Files and folders of this machine that a configuration names: what `--check` and a reload find there. Nothing here
// refuses a configuration, as the file may come later. What a credential is worth is judged by whoever uses it.
#pragma once

#include <string>
#include <string_view>

#include "config/model.hpp"
#include "config/table_reader.hpp"

namespace wardend::config {

// Each notes a hint where what the key names could not serve now. A start looks at none of them.

// `path`: a socket, or a file that wardend makes. Its folder must be there; what systemd makes with the unit is left
// out.
void check_place(TableReader& reader, std::string_view key, const std::string& path);
// The same of a file that wardend makes anew all the time: whoever checks must be able to write in its folder. root
// always is, so that the journal of a start says more.
void check_writable_place(TableReader& reader, std::string_view key, const std::string& path);
// The same of a socket: nothing else may have its name.
void check_socket_place(TableReader& reader, std::string_view key, const std::string& path);
// `file`: one or more certificates as PEM; empty: none is named. `without_it`: what does not work until it can be used.
void check_ca_file(TableReader& reader, std::string_view key, const std::string& file, std::string_view without_it);
// systemd reads the folder beside wardend.toml; others than root may not look into it, which is no finding.
void check_credential(TableReader& reader, const Registration& registration);
// The same of a credential by which the trail's receivers know wardend; empty: none is named.
void check_forward_credential(TableReader& reader, std::string_view key, const std::string& name);

}  // namespace wardend::config
