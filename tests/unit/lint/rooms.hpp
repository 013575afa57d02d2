// Which folder may include which. A room is a folder whose README.md has a line "May include: a, b/c."; every source
// file belongs to the nearest room above it. The lists are the rule: nothing else says which way includes point.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/lint/rules.hpp"

namespace wardend::lint {

// What a room's README lists. An item is a room ("protocol/oauth"), all rooms below a folder ("daemon/*"), or one
// header ("ipc/checked.hpp"). "nothing" is an empty list.
using MayInclude = std::set<std::string, std::less<>>;
using Rooms = std::map<std::string, MayInclude, std::less<>>;

// The items of the first paragraph that begins with "May include:" and ends with a period; backticks do not count.
// nullopt: there is none, so the folder is no room.
[[nodiscard]] std::optional<MayInclude> listed_in(std::string_view readme);

// The room of a path, which may be of a file that a build makes; nullopt: none.
[[nodiscard]] std::optional<std::string> room_of(const Rooms& rooms, std::string_view path);

// Includes of `file` that its room does not list, and includes that are not named from the root.
[[nodiscard]] std::vector<std::string> room_faults(const Rooms& rooms, const SourceFile& file);

// Rooms that may include each other, directly or through others.
[[nodiscard]] std::vector<std::string> circle_faults(const Rooms& rooms);

// Items that name no room and no header of `paths`, and rooms listed that no file of the room includes.
[[nodiscard]] std::vector<std::string> list_faults(const Rooms& rooms, const std::vector<SourceFile>& files);

}  // namespace wardend::lint
