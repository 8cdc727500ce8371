/* The number of paths that advance in lockstep: one constant on every machine,
 * whatever the vector width. A lane array is `double x[LANES]`. */
#ifndef CHIPSPLIT_TOOL_LANES_H
#define CHIPSPLIT_TOOL_LANES_H

enum { LANES = 32 };

/* Written above a loop over lanes: no iteration depends on another. */
#if defined(__clang__)
#define LANE_LOOP /* clang proves it at run time, and warns where it does not vectorise */
#else
#define LANE_LOOP _Pragma("GCC ivdep")
#endif

#endif
