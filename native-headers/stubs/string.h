/* Stands in for the platform's <string.h>: the ONNX Runtime headers take only size_t from it; see stdint.h. */
#pragma once

#include "stddef.h"
