/*
 * The umbrella header: all that dev.gpux.ffi binds. onnxruntime_c_api.h includes onnxruntime_ep_c_api.h at its end.
 */
#pragma once

#include "onnxruntime_c_api.h"
#include "cpu_provider_factory.h"

/*
 * Two exported functions of the C ABI whose headers are not in every release archive: CoreML's comes with the macOS and
 * iOS builds, DirectML's with the Windows build and needs the Windows SDK. A library without the provider does not
 * export the symbol; the generated function is looked up at its first use, so binding it here costs nothing.
 */
ORT_API_STATUS(OrtSessionOptionsAppendExecutionProvider_CoreML, OrtSessionOptions *options, uint32_t coreml_flags);
ORT_API_STATUS(OrtSessionOptionsAppendExecutionProvider_DML, OrtSessionOptions *options, int device_id);
