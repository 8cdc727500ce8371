/* The real-valued cells of a world as one flat array.
 *
 * Every real-valued cell of every resolved table has an index:
 *
 *     cell = block.first + column * block.rows + row
 *
 * with rows in the order of struct scenario (ids in byte order, regimes in
 * file order; pairs row-major). A path's parameters are one value per cell; a
 * block of paths holds `double cell[cells][LANES]`. */
#ifndef CHIPSPLIT_WORLD_CELLS_H
#define CHIPSPLIT_WORLD_CELLS_H

enum table {
    TABLE_SCENARIO,   /* 1 row */
    TABLE_BUYERS,     /* I rows */
    TABLE_OPTIONS,    /* J rows */
    TABLE_VENDORS,
    TABLE_PLATFORMS,
    TABLE_NESTS,
    TABLE_INSTALLED,  /* I x J rows, 1 column; PFLOP/s at start */
    TABLE_TASTES,     /* I x J rows, 1 column; utils */
    TABLE_US_REGIMES, /* W rows */
    TABLE_CN_STANCES, /* B rows */
    TABLE_US_RATES,   /* W x W rows, 1 column; per year */
    TABLE_CN_RATES,   /* B x B rows, 1 column; per year */
    TABLE_EVENTS,     /* one row per event id, 1 column: probability */
    CELL_TABLES,      /* tables from here on hold no real cells */
    TABLE_PRIORS = CELL_TABLES,
    TABLE_CORRELATIONS,
    TABLE_PINS,
    TABLE_THRESHOLDS,
    TABLE_HISTORY,
    TABLES
};

/* Columns of scenario.csv that are real, in the order of docs/formats.md. */
enum scenario_column {
    SC_REFERENCE_PRICE,       /* reference_price_usd_per_pflops: p_ref */
    SC_BUDGET_REVERSION,      /* kappa_M, per year */
    SC_BUDGET_COMMON,         /* rho_M */
    SC_LEVY_PASS_THROUGH,     /* rho_tau */
    SC_GREY_PREMIUM,          /* m_0 */
    SC_GREY_TIGHTNESS,        /* m_1 */
    SC_HBM_LIMIT,             /* units per year, infinite if blank */
    SC_HBM_GROWTH,            /* g_H, per year */
    SC_WAIT_MAX,              /* w_max, years */
    SC_TASTE_VOLATILITY,      /* sigma_eps, utils */
    SC_TASTE_REVERSION,       /* kappa_eps, per year */
    SC_CN_TO_US_TIGHTENING,   /* gamma_BW+ */
    SC_CN_TO_US_LOOSENING,    /* gamma_BW- */
    SC_CN_TO_INCIDENTS,       /* gamma_BS */
    SC_CN_TO_ADEQUACY,        /* gamma_BA */
    SC_ADEQUACY_REFERENCE,    /* A0 */
    SC_US_TO_CN,              /* gamma_WB */
    SC_REACTION_DECAY,        /* kappa_E, per year */
    SC_INCIDENT_RATE,         /* mu_S, per year */
    SC_INCIDENT_BRANCHING,    /* n_S < 1 */
    SC_INCIDENT_DECAY,        /* kappa_S, per year */
    SC_HORIZON,               /* H, years */
    SC_ANTICIPATION_WEIGHT,   /* theta_h */
    SC_ANTICIPATION_NORM,     /* h-bar */
    SC_PULL_FORWARD_MAX,      /* pf_max, normal quarters */
    SC_PULL_FORWARD_REPAY,    /* T_D, years */
    SC_HOLD_MEAN,             /* D_q, years */
    SC_REFUND_SHARE,          /* rho_R */
    SC_LAPSE,                 /* delta_c, per year */
    SC_SPILLOVER,             /* theta_X */
    SC_COLUMNS
};

enum buyer_column {
    BUYER_BUDGET,             /* M-bar, USD per year at levels_as_of */
    BUYER_BUDGET_GROWTH,      /* g, per year */
    BUYER_BUDGET_VOLATILITY,  /* sigma, per sqrt year */
    BUYER_EXPOSURE,           /* x */
    BUYER_TRAINING_SHARE,     /* m */
    BUYER_PRICE_SENSITIVITY,  /* alpha */
    BUYER_LOCK_IN,            /* eta, utils */
    BUYER_PRESSURE_AVERSION,  /* xi */
    BUYER_INCIDENT_AVERSION,  /* varsigma */
    BUYER_HAZARD_AVERSION,    /* chi */
    BUYER_DELAY_AVERSION,     /* r, per year */
    BUYER_FRONT_LOADING,      /* phi */
    BUYER_COMPLIANCE_COST,    /* kappa_c */
    BUYER_PRIORITY_TIER,
    BUYER_COMPUTE_TARGET,     /* C*, PFLOP/s effective */
    BUYER_COMPUTE_GROWTH,     /* g_C, per year */
    BUYER_COLUMNS
};

enum option_column {
    OPTION_PFLOPS,            /* f, PFLOP/s dense FP16 */
    OPTION_TRAINING_FACTOR,   /* zeta_tr */
    OPTION_INFERENCE_FACTOR,  /* zeta_inf */
    OPTION_NETWORK_FACTOR,    /* nu */
    OPTION_PRICE,             /* p-bar, USD */
    OPTION_PRICE_DRIFT,       /* mu, per year */
    OPTION_PRICE_VOLATILITY,  /* sigma_p, per sqrt year */
    OPTION_PRICE_REVERSION,   /* kappa_p, per year */
    OPTION_LEARNING_RATE,     /* LR < 1 */
    OPTION_LEARNING_SHARE,    /* theta: price share of learning */
    OPTION_LEARNING_UNITS,    /* Q0, units */
    OPTION_CAPACITY,          /* cap, units per year, infinite if blank */
    OPTION_CAPACITY_GROWTH,   /* g, per year */
    OPTION_INDUCED_GROWTH,    /* g1, per year */
    OPTION_CAPACITY_VOLATILITY,
    OPTION_CAPACITY_REVERSION,
    OPTION_US_SHIPMENTS,      /* US, units per year, infinite if blank */
    OPTION_DEPRECIATION,      /* delta, per year */
    OPTION_INTERCEPT,         /* a, utils */
    OPTION_PATIENCE,          /* beta, per quarter */
    OPTION_COLUMNS
};

enum vendor_column { VENDOR_INCIDENT_LOAD, VENDOR_COLUMNS };

enum platform_column {
    PLATFORM_MATURITY_START,    /* u0 */
    PLATFORM_MATURITY_LIMIT,    /* u-infinity */
    PLATFORM_LEARNING_PFLOPS,   /* X0 */
    PLATFORM_LEARNING_EXPONENT, /* b_u */
    PLATFORM_COLUMNS
};

enum nest_column { NEST_DISSIMILARITY, NEST_COLUMNS }; /* lambda, (0,1] */

enum us_column {
    US_LEVY_RATE,    /* tau, [0,1) */
    US_CAP_SHARE,    /* k, infinite if blank */
    US_LICENCE,      /* l-bar, [0,1] */
    US_LICENCE_SD,   /* sigma_l, logit */
    US_COLUMNS
};

enum cn_column {
    CN_PRESSURE,     /* psi */
    CN_INQUIRIES,    /* q, per year */
    CN_APPROVAL,     /* a */
    CN_APPROVAL_SD,  /* sigma_a, logit */
    CN_CUSTOMS_PASS, /* c */
    CN_GREY_PASS,    /* c^G */
    CN_QUOTA,        /* g */
    CN_COLUMNS
};

struct cell_block {
    int first, rows, columns;
};

#endif
