// operator new and delete that wipe what they free. Linked into the daemon's binary alone, and not under sanitizers,
// which bring operators of their own.
#include <cstdlib>
#include <new>

#include "base/wiping_heap.hpp"

namespace {

void* take(std::size_t size) {
  void* block = wardend::heap::allocate(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void* take_aligned(std::size_t size, std::align_val_t alignment) {
  const auto align = static_cast<std::size_t>(alignment);
  void* block = std::aligned_alloc(align, (size + align - 1) / align * align);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

}  // namespace

void* operator new(std::size_t size) { return take(size); }
void* operator new[](std::size_t size) { return take(size); }
void* operator new(std::size_t size, std::align_val_t alignment) { return take_aligned(size, alignment); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return take_aligned(size, alignment); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return wardend::heap::allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return wardend::heap::allocate(size); }

void operator delete(void* block) noexcept { wardend::heap::release(block); }
void operator delete[](void* block) noexcept { wardend::heap::release(block); }
void operator delete(void* block, std::size_t) noexcept { wardend::heap::release(block); }
void operator delete[](void* block, std::size_t) noexcept { wardend::heap::release(block); }
void operator delete(void* block, std::align_val_t) noexcept { wardend::heap::release(block); }
void operator delete[](void* block, std::align_val_t) noexcept { wardend::heap::release(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { wardend::heap::release(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { wardend::heap::release(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { wardend::heap::release(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { wardend::heap::release(block); }
