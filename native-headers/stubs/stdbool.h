/* Stands in for the platform's <stdbool.h>; see stdint.h. */
#pragma once

#define bool _Bool
#define true 1
#define false 0
