// The library's exceptions as those of story2midi/errors.py.
#include <filesystem>

#include "python/bindings/module.h"
#include "story2midi/base/error.h"

namespace nb = nanobind;

namespace s2m::python {
namespace {

const char* class_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidInput:
      return "InvalidInput";
    case ErrorKind::kNotFound:
      return "NotFound";
    case ErrorKind::kUnsupported:
      return "Unsupported";
    case ErrorKind::kBrokenModel:
      return "BrokenModel";
    case ErrorKind::kLimit:
      return "LimitExceeded";
    case ErrorKind::kSystem:
      return "SystemFault";
  }
  return "Error";
}

void raise(const char* name, const char* message, const Error* error = nullptr) {
  const nb::object type = nb::module_::import_("story2midi.errors").attr(name);
  nb::object raised = type(nb::str(message));
  if (error != nullptr) {
    raised.attr("where") = nb::str(error->where.c_str());
    raised.attr("fault") = nb::str(error->fault.c_str());
    raised.attr("expected") = nb::str(error->expected.c_str());
    raised.attr("actual") = nb::str(error->actual.c_str());
  }
  PyErr_SetObject(type.ptr(), raised.ptr());
}

void translate(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    raise(class_of(error.kind), error.what(), &error);
  } catch (const Cancelled& cancelled) {
    raise("Cancelled", cancelled.what());
  } catch (const std::filesystem::filesystem_error& error) {
    raise("SystemFault", error.what());
  }
}

}  // namespace

void bind_errors(nb::module_&) { nb::register_exception_translator(translate); }

}  // namespace s2m::python
