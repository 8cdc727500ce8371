/* The number of paths that advance in lockstep: one constant on every machine,
 * whatever the vector width. A lane array is `double x[LANES]`. */
#ifndef CHIPSPLIT_TOOL_LANES_H
#define CHIPSPLIT_TOOL_LANES_H

enum { LANES = 32 };

/* A loop over lanes. No iteration depends on another, which compilers cannot see where
 * two lane arrays may be the same. */
#if defined(__clang__)
#define LANE_LOOP /* clang proves it at run time, and warns where it does not vectorise */
#else
#define LANE_LOOP _Pragma("GCC ivdep")
#endif
#define FOR_LANES(l) LANE_LOOP for (int l = 0; l < LANES; l++)

#endif
