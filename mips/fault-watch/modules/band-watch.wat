;; band-watch: an operator's detector. It learns a machine's normal band from unlabelled readings and
;; raises at most one alarm per UTC day when the running mean leaves the band.
;;
;; Core wasm, integers only, one import, no start function (Wasm ABI 1).
;;
;;   item 0  header, 8 x i64: abi, rows, calibration_rows, window_rows, k_milli, span_from, span_to, 0
;;   item 1  rows x (index, t, value_micro)            readings; t in Unix seconds, value in 1e-6 units
;;
;; The rule, with m, mad and sigma learnt from the first calibration_rows values:
;;
;;   m     = median of the values (the lower one of the two middle values when their number is even)
;;   mad   = median of |value - m|, likewise
;;   sigma = mad * 14826 / 10000, rounded down         1.4826: what makes MAD a standard deviation
;;   a row is flagged when it has window_rows - 1 rows before it, lies in [span_from, span_to), and
;;   |mean of the last window_rows values - m| > k_milli / 1000 * sigma
;;
;; Output: alarms x (index, t), the first flagged row of each UTC day. Refusals are one i64 (8 bytes, so
;; never confused with alarms, which are 16 bytes each), in the order in which they are looked for:
;;
;;   -1 bad_header           an item is missing, extra or not as long as the header says
;;   -2 too_large            more than 1,048,576 rows
;;   -3 bad_span             not 0 <= from < to <= year 9999, or longer than 65,535 days
;;   -4 bad_parameters       not 1 <= calibration_rows <= rows, 1 <= window_rows <= 4096,
;;                           1 <= k_milli <= 100,000
;;   -5 rows_unsorted        row indexes do not strictly increase from 0
;;   -6 value_out_of_range   a value is beyond +-1e12 micro-units
;;   -7 times_unsorted       times do not strictly increase inside the span
;;
;; Bounds that keep every product inside i64, given |value| <= 1e12: mad <= 2e12; mad * 14826 < 3e16;
;; sigma < 3e12; k_milli * sigma < 3e17; window sums and their distance from m * window_rows < 1e16.

(module
  ;; evidence_read(item, ptr, cap) -> length of the item, or -1; copies min(length, cap) bytes to ptr
  (import "comity" "evidence_read"
    (func $evidence_read (param $item i32) (param $ptr i32) (param $cap i32) (result i32)))

  ;; Header at 0, refusal code at 64, rows from page 1 on, alarms behind the rows. 512 pages hold the
  ;; largest input (24 MiB) and output (1 MiB).
  (memory (export "memory") 1 512)

  (global $REFUSAL i32 (i32.const 64))
  (global $ROWS i32 (i32.const 0x10000))

  (global $ROWS_MAX i64 (i64.const 1048576))
  (global $WINDOW_MAX i64 (i64.const 4096))
  (global $K_MILLI_MAX i64 (i64.const 100000))
  (global $VALUE_MAX i64 (i64.const 1000000000000))
  (global $TIME_MAX i64 (i64.const 253402300800))
  (global $SPAN_MAX i64 (i64.const 5662224000))
  (global $DAYS_MAX i32 (i32.const 65536))
  (global $DAY i64 (i64.const 86400))

  (global $BAD_HEADER i64 (i64.const -1))
  (global $TOO_LARGE i64 (i64.const -2))
  (global $BAD_SPAN i64 (i64.const -3))
  (global $BAD_PARAMETERS i64 (i64.const -4))
  (global $ROWS_UNSORTED i64 (i64.const -5))
  (global $VALUE_OUT_OF_RANGE i64 (i64.const -6))
  (global $TIMES_UNSORTED i64 (i64.const -7))

  ;; What the header says.
  (global $rows (mut i64) (i64.const 0))
  (global $calibration_rows (mut i64) (i64.const 0))
  (global $window_rows (mut i64) (i64.const 0))
  (global $k_milli (mut i64) (i64.const 0))
  (global $span_from (mut i64) (i64.const 0))
  (global $span_to (mut i64) (i64.const 0))

  (global $rows_end (mut i32) (i32.const 0))
  (global $calibration_end (mut i32) (i32.const 0))

  ;; Smallest and largest calibration value: where the bisection starts.
  (global $least (mut i64) (i64.const 0))
  (global $most (mut i64) (i64.const 0))

  ;; ---------------------------------------------------------------- entry

  (func (export "run") (result i64)
    (local $code i64) (local $m i64) (local $mad i64)
    (if (i64.ne (local.tee $code (call $read_header)) (i64.const 0))
      (then (return (call $refuse (local.get $code)))))
    (if (i64.ne (local.tee $code (call $read_rows)) (i64.const 0))
      (then (return (call $refuse (local.get $code)))))
    (if (i64.ne (local.tee $code (call $check_parameters)) (i64.const 0))
      (then (return (call $refuse (local.get $code)))))
    (if (i64.ne (local.tee $code (call $check_rows)) (i64.const 0))
      (then (return (call $refuse (local.get $code)))))
    (local.set $m (call $median))
    (local.set $mad (call $median_deviation (local.get $m)))
    (call $watch (local.get $m) (call $tolerance (local.get $mad))))

  (func $refuse (param $code i64) (result i64)
    (i64.store (global.get $REFUSAL) (local.get $code))
    (call $output (global.get $REFUSAL) (i32.const 8)))

  (func $output (param $ptr i32) (param $len i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $ptr)) (i64.const 32))
      (i64.extend_i32_u (local.get $len))))

  ;; ---------------------------------------------------------------- input

  (func $read_header (result i64)
    (if (i32.ne (call $evidence_read (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 64))
      (then (return (global.get $BAD_HEADER))))
    (drop (call $evidence_read (i32.const 0) (i32.const 0) (i32.const 64)))
    (global.set $rows (i64.load offset=8 (i32.const 0)))
    (global.set $calibration_rows (i64.load offset=16 (i32.const 0)))
    (global.set $window_rows (i64.load offset=24 (i32.const 0)))
    (global.set $k_milli (i64.load offset=32 (i32.const 0)))
    (global.set $span_from (i64.load offset=40 (i32.const 0)))
    (global.set $span_to (i64.load offset=48 (i32.const 0)))
    (if (i64.ne (i64.load (i32.const 0)) (i64.const 1))
      (then (return (global.get $BAD_HEADER))))
    (if (i64.ne (i64.load offset=56 (i32.const 0)) (i64.const 0))
      (then (return (global.get $BAD_HEADER))))
    (if (i64.lt_s (global.get $rows) (i64.const 0)) (then (return (global.get $BAD_HEADER))))
    (if (i64.gt_s (global.get $rows) (global.get $ROWS_MAX))
      (then (return (global.get $TOO_LARGE))))
    (i64.const 0))

  ;; Reads the rows, and grows the memory to hold them and one alarm per day behind them.
  (func $read_rows (result i64)
    (local $bytes i32) (local $pages i32)
    (local.set $bytes (i32.mul (i32.wrap_i64 (global.get $rows)) (i32.const 24)))
    (global.set $rows_end (i32.add (global.get $ROWS) (local.get $bytes)))
    (if (i32.ne
          (call $evidence_read (i32.const 1) (i32.const 0) (i32.const 0))
          (local.get $bytes))
      (then (return (global.get $BAD_HEADER))))
    (if (i32.ne (call $evidence_read (i32.const 2) (i32.const 0) (i32.const 0)) (i32.const -1))
      (then (return (global.get $BAD_HEADER))))
    (local.set $pages
      (i32.shr_u
        (i32.add
          (i32.add (global.get $rows_end) (call $alarm_bytes_max))
          (i32.const 0xffff))
        (i32.const 16)))
    (if (i32.gt_u (local.get $pages) (memory.size))
      (then
        (if (i32.eq
              (memory.grow (i32.sub (local.get $pages) (memory.size)))
              (i32.const -1))
          (then (return (global.get $TOO_LARGE))))))
    (drop (call $evidence_read (i32.const 1) (global.get $ROWS) (local.get $bytes)))
    (i64.const 0))

  ;; No more alarms than rows, and no more than days in the longest span.
  (func $alarm_bytes_max (result i32)
    (local $rows i32)
    (local.set $rows (i32.wrap_i64 (global.get $rows)))
    (i32.mul
      (i32.const 16)
      (select
        (local.get $rows)
        (global.get $DAYS_MAX)
        (i32.lt_u (local.get $rows) (global.get $DAYS_MAX)))))

  ;; ---------------------------------------------------------------- checks

  (func $check_parameters (result i64)
    (if (i64.lt_s (global.get $span_from) (i64.const 0)) (then (return (global.get $BAD_SPAN))))
    (if (i64.ge_s (global.get $span_from) (global.get $span_to))
      (then (return (global.get $BAD_SPAN))))
    (if (i64.gt_s (global.get $span_to) (global.get $TIME_MAX))
      (then (return (global.get $BAD_SPAN))))
    (if (i64.gt_s (i64.sub (global.get $span_to) (global.get $span_from)) (global.get $SPAN_MAX))
      (then (return (global.get $BAD_SPAN))))
    (if (i32.eqz (call $between (global.get $calibration_rows) (global.get $rows)))
      (then (return (global.get $BAD_PARAMETERS))))
    (if (i32.eqz (call $between (global.get $window_rows) (global.get $WINDOW_MAX)))
      (then (return (global.get $BAD_PARAMETERS))))
    (if (i32.eqz (call $between (global.get $k_milli) (global.get $K_MILLI_MAX)))
      (then (return (global.get $BAD_PARAMETERS))))
    (global.set $calibration_end
      (i32.add
        (global.get $ROWS)
        (i32.mul (i32.wrap_i64 (global.get $calibration_rows)) (i32.const 24))))
    (i64.const 0))

  ;; 1 <= value <= max
  (func $between (param $value i64) (param $max i64) (result i32)
    (i32.and
      (i64.ge_s (local.get $value) (i64.const 1))
      (i64.le_s (local.get $value) (local.get $max))))

  (func $in_span (param $t i64) (result i32)
    (i32.and
      (i64.ge_s (local.get $t) (global.get $span_from))
      (i64.lt_s (local.get $t) (global.get $span_to))))

  (func $check_rows (result i64)
    (local $at i32) (local $index i64) (local $t i64) (local $value i64)
    (local $last_index i64) (local $last_t i64)
    (local.set $at (global.get $ROWS))
    (local.set $last_index (i64.const -1))
    (local.set $last_t (i64.const -1))
    (loop $row
      (local.set $index (i64.load (local.get $at)))
      (local.set $t (i64.load offset=8 (local.get $at)))
      (local.set $value (i64.load offset=16 (local.get $at)))
      (if (i64.le_s (local.get $index) (local.get $last_index))
        (then (return (global.get $ROWS_UNSORTED))))
      (if (i64.gt_s (local.get $value) (global.get $VALUE_MAX))
        (then (return (global.get $VALUE_OUT_OF_RANGE))))
      (if (i64.lt_s (local.get $value) (i64.sub (i64.const 0) (global.get $VALUE_MAX)))
        (then (return (global.get $VALUE_OUT_OF_RANGE))))
      (if (call $in_span (local.get $t))
        (then
          (if (i64.le_s (local.get $t) (local.get $last_t))
            (then (return (global.get $TIMES_UNSORTED))))
          (local.set $last_t (local.get $t))))
      (local.set $last_index (local.get $index))
      (local.set $at (i32.add (local.get $at) (i32.const 24)))
      (br_if $row (i32.lt_u (local.get $at) (global.get $rows_end))))
    (i64.const 0))

  ;; ---------------------------------------------------------------- calibration

  ;; The medians are found without sorting: bisect on the answer, counting in each pass how many
  ;; calibration values lie within the candidate. At most 41 passes; about 28 on real temperatures.

  ;; The smallest v such that at least half of the values (rounded up) are <= v.
  (func $median (result i64)
    (local $low i64) (local $high i64) (local $middle i64)
    (call $find_extremes)
    (local.set $low (global.get $least))
    (local.set $high (global.get $most))
    (block $done
      (loop $bisect
        (br_if $done (i64.ge_s (local.get $low) (local.get $high)))
        (local.set $middle (call $middle (local.get $low) (local.get $high)))
        (if (i32.ge_u
              (call $count (global.get $least) (local.get $middle))
              (call $half))
          (then (local.set $high (local.get $middle)))
          (else (local.set $low (i64.add (local.get $middle) (i64.const 1)))))
        (br $bisect)))
    (local.get $low))

  ;; The smallest d such that at least half of the values (rounded up) are within m - d ..= m + d.
  (func $median_deviation (param $m i64) (result i64)
    (local $low i64) (local $high i64) (local $middle i64)
    (local.set $high (i64.sub (global.get $most) (global.get $least)))
    (block $done
      (loop $bisect
        (br_if $done (i64.ge_s (local.get $low) (local.get $high)))
        (local.set $middle (call $middle (local.get $low) (local.get $high)))
        (if (i32.ge_u
              (call $count
                (i64.sub (local.get $m) (local.get $middle))
                (i64.add (local.get $m) (local.get $middle)))
              (call $half))
          (then (local.set $high (local.get $middle)))
          (else (local.set $low (i64.add (local.get $middle) (i64.const 1)))))
        (br $bisect)))
    (local.get $low))

  ;; low + (high - low) / 2: rounds towards low, also for negative numbers.
  (func $middle (param $low i64) (param $high i64) (result i64)
    (i64.add
      (local.get $low)
      (i64.shr_u (i64.sub (local.get $high) (local.get $low)) (i64.const 1))))

  ;; Half of the calibration rows, rounded up.
  (func $half (result i32)
    (i32.shr_u
      (i32.add (i32.wrap_i64 (global.get $calibration_rows)) (i32.const 1))
      (i32.const 1)))

  ;; How many calibration values lie in low ..= high. One unsigned comparison tests both ends.
  (func $count (param $low i64) (param $high i64) (result i32)
    (local $at i32) (local $end i32) (local $width i64) (local $count i32)
    (local.set $at (global.get $ROWS))
    (local.set $end (global.get $calibration_end))
    (local.set $width (i64.sub (local.get $high) (local.get $low)))
    (loop $row
      (local.set $count
        (i32.add
          (local.get $count)
          (i64.le_u
            (i64.sub (i64.load offset=16 (local.get $at)) (local.get $low))
            (local.get $width))))
      (local.set $at (i32.add (local.get $at) (i32.const 24)))
      (br_if $row (i32.lt_u (local.get $at) (local.get $end))))
    (local.get $count))

  (func $find_extremes
    (local $at i32) (local $value i64)
    (local.set $at (global.get $ROWS))
    (global.set $least (i64.load offset=16 (local.get $at)))
    (global.set $most (global.get $least))
    (loop $row
      (local.set $value (i64.load offset=16 (local.get $at)))
      (if (i64.lt_s (local.get $value) (global.get $least))
        (then (global.set $least (local.get $value))))
      (if (i64.gt_s (local.get $value) (global.get $most))
        (then (global.set $most (local.get $value))))
      (local.set $at (i32.add (local.get $at) (i32.const 24)))
      (br_if $row (i32.lt_u (local.get $at) (global.get $calibration_end)))))

  ;; How far a window's sum may be from window_rows * m: floor(k_milli * sigma * window_rows / 1000).
  ;; The product itself may not fit in 64 bits, so whole thousands and the rest are taken apart.
  (func $tolerance (param $mad i64) (result i64)
    (local $band i64)
    (local.set $band
      (i64.mul
        (global.get $k_milli)
        (i64.div_s (i64.mul (local.get $mad) (i64.const 14826)) (i64.const 10000))))
    (i64.add
      (i64.mul (i64.div_s (local.get $band) (i64.const 1000)) (global.get $window_rows))
      (i64.div_s
        (i64.mul (i64.rem_s (local.get $band) (i64.const 1000)) (global.get $window_rows))
        (i64.const 1000))))

  ;; ---------------------------------------------------------------- watch

  ;; One pass: keep the sum of the last window_rows values, flag, and write one alarm per day.
  (func $watch (param $m i64) (param $tolerance i64) (result i64)
    (local $at i32) (local $out i32) (local $window_bytes i32) (local $full_at i32)
    (local $sum i64) (local $expected i64) (local $t i64) (local $day i64) (local $last_day i64)
    (local.set $at (global.get $ROWS))
    (local.set $out (global.get $rows_end))
    (local.set $window_bytes (i32.mul (i32.wrap_i64 (global.get $window_rows)) (i32.const 24)))
    (local.set $full_at (i32.add (global.get $ROWS) (local.get $window_bytes)))
    (local.set $expected (i64.mul (local.get $m) (global.get $window_rows)))
    (local.set $last_day (i64.const -1))
    (loop $row
      (local.set $sum (i64.add (local.get $sum) (i64.load offset=16 (local.get $at))))
      ;; The row that has just left the window.
      (if (i32.ge_u (local.get $at) (local.get $full_at))
        (then
          (local.set $sum
            (i64.sub
              (local.get $sum)
              (i64.load offset=16 (i32.sub (local.get $at) (local.get $window_bytes)))))))
      (local.set $t (i64.load offset=8 (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 24)))
      (if (i32.and
            (i32.ge_u (local.get $at) (local.get $full_at))
            (call $in_span (local.get $t)))
        (then
          (local.set $day (i64.div_s (local.get $t) (global.get $DAY)))
          (if (i32.and
                (i64.ne (local.get $day) (local.get $last_day))
                (i64.gt_s
                  (call $abs (i64.sub (local.get $sum) (local.get $expected)))
                  (local.get $tolerance)))
            (then
              (i64.store
                (local.get $out)
                (i64.load (i32.sub (local.get $at) (i32.const 24))))
              (i64.store offset=8 (local.get $out) (local.get $t))
              (local.set $out (i32.add (local.get $out) (i32.const 16)))
              (local.set $last_day (local.get $day))))))
      (br_if $row (i32.lt_u (local.get $at) (global.get $rows_end))))
    (call $output
      (global.get $rows_end)
      (i32.sub (local.get $out) (global.get $rows_end))))

  (func $abs (param $value i64) (result i64)
    (select
      (local.get $value)
      (i64.sub (i64.const 0) (local.get $value))
      (i64.ge_s (local.get $value) (i64.const 0)))))
