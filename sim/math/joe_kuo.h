/* Primitive polynomials and initial numbers of a Sobol' sequence: data of S. Joe and
 * F. Y. Kuo (2008). */
#ifndef CHIPSPLIT_MATH_JOE_KUO_H
#define CHIPSPLIT_MATH_JOE_KUO_H

#include <stdint.h>

enum { JOE_KUO = 1111, JOE_KUO_DEGREE = 13 }; /* dimensions; highest degree */

/* Of dimension d + 2 for d from 0; the first dimension has none. */

/* The polynomial, bit k being the coefficient of x^k: 11 is x^3 + x + 1. */
extern const uint16_t joe_kuo_polynomial[JOE_KUO - 1];

/* m_2, m_3, ... up to the degree in hexadecimal, m_k in as many digits as its k bits
 * need; m_1 = 1 is left out. */
extern const char *const joe_kuo_initial[JOE_KUO - 1];

#endif
