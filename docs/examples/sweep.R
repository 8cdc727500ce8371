# A sweep in base R: Rscript sweep.R RESULT [PICTURE.png]
# Prints the mean of the levy's receipts at every point and the short answers, and draws the
# receipts along the first address that was varied.
options(scipen = 20, width = 160)
arguments <- commandArgs(trailingOnly = TRUE)
result <- arguments[1]
points <- read.csv(file.path(result, "points.csv"), check.names = FALSE)
outcomes <- read.csv(file.path(result, "outcomes.csv"))
table <- merge(outcomes, points, by = "run")

rows <- subset(table, metric == "levy_receipts_usd" & date == "total" & buyer == "all" &
                      option == "all")
rows <- rows[order(rows$run), ]
varied <- names(points)[-1]
print(rows[, c("run", varied, "n", "mean", "se", "p50", "p50_lo", "p50_hi")], row.names = FALSE)

answers <- read.csv(file.path(result, "answers.csv"))
print(answers[, c("question", "where", "value", "lo", "hi")], row.names = FALSE)

if (length(arguments) > 1) {
  png(arguments[2], width = 900, height = 500)
  x <- rows[[varied[1]]]
  plot(x, rows$p50 / 1e9, type = "o", pch = 19, ylim = c(0, max(rows$p95) / 1e9),
       xlab = varied[1], ylab = "levy receipts, billion USD")
  polygon(c(x, rev(x)), c(rows$p05, rev(rows$p95)) / 1e9, border = NA, col = "#0072B233")
  lines(x, rows$mean / 1e9, lty = 2)
  invisible(dev.off())
}
