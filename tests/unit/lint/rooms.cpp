#include "tests/unit/lint/rooms.hpp"

#include <algorithm>
#include <functional>

namespace wardend::lint {
namespace {

constexpr std::string_view opening = "May include:";

bool below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// The paragraph that begins with the opening, without it; lines joined.
std::optional<std::string> paragraph_of(std::string_view readme) {
  std::string paragraph;
  bool inside = false;
  while (!readme.empty()) {
    const auto line = readme.substr(0, readme.find('\n'));
    readme.remove_prefix(std::min(readme.size(), line.size() + 1));
    if (!inside && !line.starts_with(opening)) continue;
    if (line.empty()) break;
    paragraph += inside ? " " : "";
    paragraph += inside ? line : line.substr(opening.size());
    inside = true;
    if (line.ends_with('.')) return paragraph.substr(0, paragraph.size() - 1);
  }
  return inside ? std::optional(paragraph) : std::nullopt;
}

std::string without_marks(std::string_view item) {
  std::string name;
  for (const char c : item)
    if (c != '`' && c != ' ') name += c;
  return name;
}

bool allows(const MayInclude& list, std::string_view room, std::string_view header) {
  return std::ranges::any_of(list, [&](const std::string& item) {
    if (item.ends_with("/*")) return below(room, std::string_view(item).substr(0, item.size() - 2));
    return item == room || item == header;
  });
}

// Every room that `room` may include, patterns resolved.
std::set<std::string> reached_from(const Rooms& rooms, const std::string& room) {
  std::set<std::string> reached;
  for (const auto& [other, list] : rooms)
    if (other != room && allows(rooms.at(room), other, "")) reached.insert(other);
  return reached;
}

}  // namespace

std::optional<MayInclude> listed_in(std::string_view readme) {
  const auto paragraph = paragraph_of(readme);
  if (!paragraph) return std::nullopt;
  MayInclude list;
  std::string_view rest = *paragraph;
  while (!rest.empty()) {
    const auto item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    std::string name = without_marks(item);
    if (!name.empty() && name != "nothing") list.insert(std::move(name));
  }
  return list;
}

std::optional<std::string> room_of(const Rooms& rooms, std::string_view path) {
  std::string_view best;
  for (const auto& [room, list] : rooms)
    if (below(path, room) && room.size() > best.size()) best = room;
  return best.empty() ? std::nullopt : std::optional<std::string>(best);
}

std::vector<std::string> room_faults(const Rooms& rooms, const SourceFile& file) {
  std::vector<std::string> faults;
  const auto room = room_of(rooms, file.path);
  const auto add = [&](std::size_t line, const std::string& what) {
    faults.push_back(file.path + ":" + std::to_string(line) + ": " + what);
  };
  for (const Include& include : includes_of(file.text)) {
    if (!include.quoted) continue;
    const auto target = room_of(rooms, include.name);
    if (!include.name.contains('/'))
      add(include.line, include.name + " is not named from the root");
    else if (room && !target)
      add(include.line, include.name + " is in no room");
    else if (room && target != room && !allows(rooms.at(*room), *target, include.name))
      add(include.line, *room + "/README.md does not list " + *target + ", where " + include.name + " is");
  }
  const bool needs_room = !below(file.path, "tests") && !below(file.path, "cmake") && !file.path.ends_with(".py");
  if (!room && needs_room) add(1, "in no room: give its folder a README.md with a line \"May include: ...\"");
  return faults;
}

std::vector<std::string> circle_faults(const Rooms& rooms) {
  std::vector<std::string> faults;
  std::set<std::string> done;
  std::vector<std::string> way;
  const std::function<void(const std::string&)> visit = [&](const std::string& room) {
    if (const auto met = std::ranges::find(way, room); met != way.end()) {
      std::string circle = "rooms in a circle:";
      for (auto at = met; at != way.end(); ++at) circle += " " + *at;
      faults.push_back(circle + " " + room);
      return;
    }
    if (done.contains(room)) return;
    way.push_back(room);
    for (const std::string& next : reached_from(rooms, room)) visit(next);
    way.pop_back();
    done.insert(room);
  };
  for (const auto& [room, list] : rooms) visit(room);
  return faults;
}

std::vector<std::string> list_faults(const Rooms& rooms, const std::vector<SourceFile>& files) {
  std::map<std::string, std::set<std::string>> used;  // room -> rooms and headers that its files include
  for (const SourceFile& file : files) {
    const auto room = room_of(rooms, file.path);
    if (!room) continue;
    for (const Include& include : includes_of(file.text)) {
      if (!include.quoted) continue;
      used[*room].insert(include.name);
      if (const auto target = room_of(rooms, include.name)) used[*room].insert(*target);
    }
  }
  std::vector<std::string> faults;
  for (const auto& [room, list] : rooms) {
    for (const std::string& item : list) {
      const bool pattern = item.ends_with("/*");
      const bool is_used = std::ranges::any_of(used[room], [&](const std::string& name) {
        return pattern ? below(name, std::string_view(item).substr(0, item.size() - 2)) : name == item;
      });
      if (!is_used) faults.push_back(room + "/README.md lists " + item + ", which no file of the room includes");
    }
  }
  return faults;
}

}  // namespace wardend::lint
