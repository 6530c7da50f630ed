;; fault-watch verifier: does a list of alarms, raised over committed machine readings, find the buyer's
;; labelled faults, and how often does it cry wolf?
;;
;; Core wasm, integers only, one import, no start function (Wasm ABI 1). The guest never sorts and never
;; allocates: inputs must arrive ordered, so every check is one forward pass with a second pointer.
;;
;;   item 0  header, 8 x i64: abi, rows_total, rows_given, alarms, windows, span_from, span_to, 0
;;   item 1  rows_given x (index, t, value_micro)      readings; t in Unix seconds, value in 1e-6 units
;;   item 2  alarms     x (index, t)                   each is one of the readings given
;;   item 3  windows    x (from, to)                   labelled faults, half open [from, to)
;;
;; All numbers are i64, little endian. The answer is the report of report.schema.json in canonical JSON.
;; Bad data is never a trap: it is a report with verdict "reject", a code and zeros. Codes, in the order
;; in which they are looked for:
;;
;;   bad_header              an item is missing, extra or not as long as the header says
;;   too_large               more than 1,048,576 rows, 65,536 alarms or 65,536 windows
;;   bad_span                not 0 <= from < to <= year 9999, or longer than 65,535 days
;;   no_rows, no_windows     nothing to check, nothing to find
;;   rows_unsorted           row indexes do not strictly increase from 0
;;   row_out_of_range        a row index is not below rows_total
;;   value_out_of_range      a value is beyond +-1e12 micro-units
;;   times_unsorted          times do not strictly increase inside the span
;;   alarms_unsorted         alarms do not strictly increase in index and time
;;   alarm_outside_span      an alarm is not in [span_from, span_to)
;;   alarm_day_repeated      two alarms on one UTC day
;;   alarm_without_row       an alarm does not equal the (index, t) of a given row
;;   window_empty            a window with from >= to
;;   windows_unsorted        windows overlap or are out of order
;;   window_outside_span     a window that does not touch the span
;;
;; Nothing here can overflow: times are only compared, except an alarm's, which is inside the span by then.

(module
  ;; evidence_read(item, ptr, cap) -> length of the item, or -1; copies min(length, cap) bytes to ptr
  (import "comity" "evidence_read"
    (func $evidence_read (param $item i32) (param $ptr i32) (param $cap i32) (result i32)))

  ;; Page 0: header at 0, output at 0x200, texts from 0x400. Items from page 1 on. 512 pages hold the
  ;; largest input (26 MiB and a page).
  (memory (export "memory") 1 512)

  (global $HEADER i32 (i32.const 0))
  (global $OUTPUT i32 (i32.const 0x200))
  (global $ITEMS i32 (i32.const 0x10000))

  (global $ROWS_MAX i64 (i64.const 1048576))
  (global $EVENTS_MAX i64 (i64.const 65536))
  (global $VALUE_MAX i64 (i64.const 1000000000000))
  (global $TIME_MAX i64 (i64.const 253402300800))
  (global $SPAN_MAX i64 (i64.const 5662224000))
  (global $DAY i64 (i64.const 86400))

  ;; Names of the report's members and values, each ended by a zero byte.
  (data (i32.const 0x400) "{\"alarm_days\":\00")          (global $KEY_ALARM_DAYS i32 (i32.const 0x400))
  (data (i32.const 0x420) ",\"alarm_days_true\":\00")     (global $KEY_ALARM_DAYS_TRUE i32 (i32.const 0x420))
  (data (i32.const 0x440) ",\"code\":\"\00")              (global $KEY_CODE i32 (i32.const 0x440))
  (data (i32.const 0x460) "\",\"precision_ppm\":\00")     (global $KEY_PRECISION i32 (i32.const 0x460))
  (data (i32.const 0x480) ",\"recall_ppm\":\00")          (global $KEY_RECALL i32 (i32.const 0x480))
  (data (i32.const 0x4a0) ",\"rows\":\00")                (global $KEY_ROWS i32 (i32.const 0x4a0))
  (data (i32.const 0x4c0) ",\"verdict\":\"\00")           (global $KEY_VERDICT i32 (i32.const 0x4c0))
  (data (i32.const 0x4e0) "\",\"windows\":\00")           (global $KEY_WINDOWS i32 (i32.const 0x4e0))
  (data (i32.const 0x500) ",\"windows_hit\":\00")         (global $KEY_WINDOWS_HIT i32 (i32.const 0x500))
  (data (i32.const 0x520) "}\00")                         (global $CLOSE i32 (i32.const 0x520))
  (data (i32.const 0x540) "accept\00")                    (global $ACCEPT i32 (i32.const 0x540))
  (data (i32.const 0x560) "reject\00")                    (global $REJECT i32 (i32.const 0x560))
  (data (i32.const 0x580) "ok\00")                        (global $OK i32 (i32.const 0x580))
  (data (i32.const 0x5a0) "bad_header\00")                (global $BAD_HEADER i32 (i32.const 0x5a0))
  (data (i32.const 0x5c0) "too_large\00")                 (global $TOO_LARGE i32 (i32.const 0x5c0))
  (data (i32.const 0x5e0) "bad_span\00")                  (global $BAD_SPAN i32 (i32.const 0x5e0))
  (data (i32.const 0x600) "no_rows\00")                   (global $NO_ROWS i32 (i32.const 0x600))
  (data (i32.const 0x620) "no_windows\00")                (global $NO_WINDOWS i32 (i32.const 0x620))
  (data (i32.const 0x640) "rows_unsorted\00")             (global $ROWS_UNSORTED i32 (i32.const 0x640))
  (data (i32.const 0x660) "row_out_of_range\00")          (global $ROW_OUT_OF_RANGE i32 (i32.const 0x660))
  (data (i32.const 0x680) "value_out_of_range\00")        (global $VALUE_OUT_OF_RANGE i32 (i32.const 0x680))
  (data (i32.const 0x6a0) "times_unsorted\00")            (global $TIMES_UNSORTED i32 (i32.const 0x6a0))
  (data (i32.const 0x6c0) "alarms_unsorted\00")           (global $ALARMS_UNSORTED i32 (i32.const 0x6c0))
  (data (i32.const 0x6e0) "alarm_outside_span\00")        (global $ALARM_OUTSIDE_SPAN i32 (i32.const 0x6e0))
  (data (i32.const 0x700) "alarm_day_repeated\00")        (global $ALARM_DAY_REPEATED i32 (i32.const 0x700))
  (data (i32.const 0x720) "alarm_without_row\00")         (global $ALARM_WITHOUT_ROW i32 (i32.const 0x720))
  (data (i32.const 0x740) "window_empty\00")              (global $WINDOW_EMPTY i32 (i32.const 0x740))
  (data (i32.const 0x760) "windows_unsorted\00")          (global $WINDOWS_UNSORTED i32 (i32.const 0x760))
  (data (i32.const 0x780) "window_outside_span\00")       (global $WINDOW_OUTSIDE_SPAN i32 (i32.const 0x780))

  ;; What the header says.
  (global $rows_total (mut i64) (i64.const 0))
  (global $rows (mut i64) (i64.const 0))
  (global $alarms (mut i64) (i64.const 0))
  (global $windows (mut i64) (i64.const 0))
  (global $span_from (mut i64) (i64.const 0))
  (global $span_to (mut i64) (i64.const 0))

  ;; Where the items lie; each ends where the next begins.
  (global $rows_at (mut i32) (i32.const 0))
  (global $alarms_at (mut i32) (i32.const 0))
  (global $windows_at (mut i32) (i32.const 0))
  (global $items_end (mut i32) (i32.const 0))

  ;; Where the next output byte goes.
  (global $cursor (mut i32) (i32.const 0))

  ;; ---------------------------------------------------------------- entry

  ;; Each check answers 0 or the address of a refusal code; the first refusal ends the run.
  (func (export "run") (result i64)
    (local $code i32)
    (if (local.tee $code (call $read_header)) (then (return (call $refuse (local.get $code)))))
    (if (local.tee $code (call $read_items)) (then (return (call $refuse (local.get $code)))))
    (if (local.tee $code (call $check_scope)) (then (return (call $refuse (local.get $code)))))
    (if (local.tee $code (call $check_rows)) (then (return (call $refuse (local.get $code)))))
    (if (local.tee $code (call $check_alarms)) (then (return (call $refuse (local.get $code)))))
    (if (local.tee $code (call $check_windows)) (then (return (call $refuse (local.get $code)))))
    (call $report
      (global.get $ACCEPT) (global.get $OK)
      (global.get $rows)
      (global.get $alarms) (call $count_true_alarm_days)
      (global.get $windows) (call $count_windows_hit)))

  (func $refuse (param $code i32) (result i64)
    (call $report
      (global.get $REJECT) (local.get $code)
      (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0)))

  ;; ---------------------------------------------------------------- input

  (func $read_header (result i32)
    (if (i32.ne (call $evidence_read (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 64))
      (then (return (global.get $BAD_HEADER))))
    (drop (call $evidence_read (i32.const 0) (global.get $HEADER) (i32.const 64)))
    (global.set $rows_total (i64.load offset=8 (global.get $HEADER)))
    (global.set $rows (i64.load offset=16 (global.get $HEADER)))
    (global.set $alarms (i64.load offset=24 (global.get $HEADER)))
    (global.set $windows (i64.load offset=32 (global.get $HEADER)))
    (global.set $span_from (i64.load offset=40 (global.get $HEADER)))
    (global.set $span_to (i64.load offset=48 (global.get $HEADER)))
    (if (i64.ne (i64.load (global.get $HEADER)) (i64.const 1))
      (then (return (global.get $BAD_HEADER))))
    (if (i64.ne (i64.load offset=56 (global.get $HEADER)) (i64.const 0))
      (then (return (global.get $BAD_HEADER))))
    (if (i64.lt_s (global.get $rows) (i64.const 0)) (then (return (global.get $BAD_HEADER))))
    (if (i64.lt_s (global.get $alarms) (i64.const 0)) (then (return (global.get $BAD_HEADER))))
    (if (i64.lt_s (global.get $windows) (i64.const 0)) (then (return (global.get $BAD_HEADER))))
    (if (i64.lt_s (global.get $rows_total) (global.get $rows))
      (then (return (global.get $BAD_HEADER))))
    (if (i64.gt_s (global.get $rows) (global.get $ROWS_MAX))
      (then (return (global.get $TOO_LARGE))))
    (if (i64.gt_s (global.get $alarms) (global.get $EVENTS_MAX))
      (then (return (global.get $TOO_LARGE))))
    (if (i64.gt_s (global.get $windows) (global.get $EVENTS_MAX))
      (then (return (global.get $TOO_LARGE))))
    (i32.const 0))

  ;; Lays the three items out one after the other, grows the memory to hold them, and reads them.
  (func $read_items (result i32)
    (local $pages i32)
    (global.set $rows_at (global.get $ITEMS))
    (global.set $alarms_at
      (i32.add (global.get $rows_at) (call $bytes (global.get $rows) (i32.const 24))))
    (global.set $windows_at
      (i32.add (global.get $alarms_at) (call $bytes (global.get $alarms) (i32.const 16))))
    (global.set $items_end
      (i32.add (global.get $windows_at) (call $bytes (global.get $windows) (i32.const 16))))
    (if (i32.eqz (call $has_length (i32.const 1) (global.get $rows_at) (global.get $alarms_at)))
      (then (return (global.get $BAD_HEADER))))
    (if (i32.eqz (call $has_length (i32.const 2) (global.get $alarms_at) (global.get $windows_at)))
      (then (return (global.get $BAD_HEADER))))
    (if (i32.eqz (call $has_length (i32.const 3) (global.get $windows_at) (global.get $items_end)))
      (then (return (global.get $BAD_HEADER))))
    (if (i32.ne (call $evidence_read (i32.const 4) (i32.const 0) (i32.const 0)) (i32.const -1))
      (then (return (global.get $BAD_HEADER))))
    (local.set $pages (i32.shr_u (i32.add (global.get $items_end) (i32.const 0xffff)) (i32.const 16)))
    (if (i32.gt_u (local.get $pages) (memory.size))
      (then
        (if (i32.eq
              (memory.grow (i32.sub (local.get $pages) (memory.size)))
              (i32.const -1))
          (then (return (global.get $TOO_LARGE))))))
    (call $read (i32.const 1) (global.get $rows_at) (global.get $alarms_at))
    (call $read (i32.const 2) (global.get $alarms_at) (global.get $windows_at))
    (call $read (i32.const 3) (global.get $windows_at) (global.get $items_end))
    (i32.const 0))

  (func $bytes (param $count i64) (param $width i32) (result i32)
    (i32.mul (i32.wrap_i64 (local.get $count)) (local.get $width)))

  (func $has_length (param $item i32) (param $from i32) (param $to i32) (result i32)
    (i32.eq
      (call $evidence_read (local.get $item) (i32.const 0) (i32.const 0))
      (i32.sub (local.get $to) (local.get $from))))

  (func $read (param $item i32) (param $from i32) (param $to i32)
    (drop
      (call $evidence_read
        (local.get $item) (local.get $from) (i32.sub (local.get $to) (local.get $from)))))

  ;; ---------------------------------------------------------------- checks

  (func $check_scope (result i32)
    (if (i64.lt_s (global.get $span_from) (i64.const 0)) (then (return (global.get $BAD_SPAN))))
    (if (i64.ge_s (global.get $span_from) (global.get $span_to))
      (then (return (global.get $BAD_SPAN))))
    (if (i64.gt_s (global.get $span_to) (global.get $TIME_MAX))
      (then (return (global.get $BAD_SPAN))))
    (if (i64.gt_s (i64.sub (global.get $span_to) (global.get $span_from)) (global.get $SPAN_MAX))
      (then (return (global.get $BAD_SPAN))))
    (if (i64.eqz (global.get $rows)) (then (return (global.get $NO_ROWS))))
    (if (i64.eqz (global.get $windows)) (then (return (global.get $NO_WINDOWS))))
    (i32.const 0))

  (func $in_span (param $t i64) (result i32)
    (i32.and
      (i64.ge_s (local.get $t) (global.get $span_from))
      (i64.lt_s (local.get $t) (global.get $span_to))))

  (func $check_rows (result i32)
    (local $at i32) (local $index i64) (local $t i64) (local $value i64)
    (local $last_index i64) (local $last_t i64)
    (local.set $at (global.get $rows_at))
    (local.set $last_index (i64.const -1))
    (local.set $last_t (i64.const -1))
    (loop $row
      (local.set $index (i64.load (local.get $at)))
      (local.set $t (i64.load offset=8 (local.get $at)))
      (local.set $value (i64.load offset=16 (local.get $at)))
      (if (i64.le_s (local.get $index) (local.get $last_index))
        (then (return (global.get $ROWS_UNSORTED))))
      (if (i64.ge_s (local.get $index) (global.get $rows_total))
        (then (return (global.get $ROW_OUT_OF_RANGE))))
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
      (br_if $row (i32.lt_u (local.get $at) (global.get $alarms_at))))
    (i32.const 0))

  ;; Walks the alarms, and beside them the rows, both in index order.
  (func $check_alarms (result i32)
    (local $at i32) (local $row i32) (local $index i64) (local $t i64) (local $day i64)
    (local $last_index i64) (local $last_t i64) (local $last_day i64)
    (local.set $at (global.get $alarms_at))
    (local.set $row (global.get $rows_at))
    (local.set $last_index (i64.const -1))
    (local.set $last_t (i64.const -1))
    (local.set $last_day (i64.const -1))
    (block $done
      (loop $alarm
        (br_if $done (i32.ge_u (local.get $at) (global.get $windows_at)))
        (local.set $index (i64.load (local.get $at)))
        (local.set $t (i64.load offset=8 (local.get $at)))
        (if (i64.le_s (local.get $index) (local.get $last_index))
          (then (return (global.get $ALARMS_UNSORTED))))
        (if (i64.le_s (local.get $t) (local.get $last_t))
          (then (return (global.get $ALARMS_UNSORTED))))
        (if (i32.eqz (call $in_span (local.get $t)))
          (then (return (global.get $ALARM_OUTSIDE_SPAN))))
        (local.set $day (i64.div_s (local.get $t) (global.get $DAY)))
        (if (i64.eq (local.get $day) (local.get $last_day))
          (then (return (global.get $ALARM_DAY_REPEATED))))
        (local.set $row (call $seek_row (local.get $row) (local.get $index)))
        (if (i32.ge_u (local.get $row) (global.get $alarms_at))
          (then (return (global.get $ALARM_WITHOUT_ROW))))
        (if (i64.ne (i64.load (local.get $row)) (local.get $index))
          (then (return (global.get $ALARM_WITHOUT_ROW))))
        (if (i64.ne (i64.load offset=8 (local.get $row)) (local.get $t))
          (then (return (global.get $ALARM_WITHOUT_ROW))))
        (local.set $last_index (local.get $index))
        (local.set $last_t (local.get $t))
        (local.set $last_day (local.get $day))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $alarm)))
    (i32.const 0))

  ;; The first row from $row on whose index is at least $index, or the end of the rows.
  (func $seek_row (param $row i32) (param $index i64) (result i32)
    (block $found
      (loop $next
        (br_if $found (i32.ge_u (local.get $row) (global.get $alarms_at)))
        (br_if $found (i64.ge_s (i64.load (local.get $row)) (local.get $index)))
        (local.set $row (i32.add (local.get $row) (i32.const 24)))
        (br $next)))
    (local.get $row))

  (func $check_windows (result i32)
    (local $at i32) (local $from i64) (local $to i64) (local $last_to i64)
    (local.set $at (global.get $windows_at))
    (local.set $last_to (i64.const 0x8000000000000000))
    (loop $window
      (local.set $from (i64.load (local.get $at)))
      (local.set $to (i64.load offset=8 (local.get $at)))
      (if (i64.ge_s (local.get $from) (local.get $to))
        (then (return (global.get $WINDOW_EMPTY))))
      (if (i64.lt_s (local.get $from) (local.get $last_to))
        (then (return (global.get $WINDOWS_UNSORTED))))
      (if (i64.ge_s (local.get $from) (global.get $span_to))
        (then (return (global.get $WINDOW_OUTSIDE_SPAN))))
      (if (i64.le_s (local.get $to) (global.get $span_from))
        (then (return (global.get $WINDOW_OUTSIDE_SPAN))))
      (local.set $last_to (local.get $to))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $window (i32.lt_u (local.get $at) (global.get $items_end))))
    (i32.const 0))

  ;; ---------------------------------------------------------------- measures

  ;; Alarm days that touch a window. Days and windows both ascend, so one pass over each is enough.
  (func $count_true_alarm_days (result i64)
    (local $at i32) (local $window i32) (local $day_from i64) (local $count i64)
    (local.set $at (global.get $alarms_at))
    (local.set $window (global.get $windows_at))
    (block $done
      (loop $alarm
        (br_if $done (i32.ge_u (local.get $at) (global.get $windows_at)))
        (local.set $day_from
          (i64.mul
            (i64.div_s (i64.load offset=8 (local.get $at)) (global.get $DAY))
            (global.get $DAY)))
        (local.set $window (call $seek_window (local.get $window) (local.get $day_from)))
        (br_if $done (i32.ge_u (local.get $window) (global.get $items_end)))
        (if (i64.lt_s
              (i64.load (local.get $window))
              (i64.add (local.get $day_from) (global.get $DAY)))
          (then (local.set $count (i64.add (local.get $count) (i64.const 1)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $alarm)))
    (local.get $count))

  ;; The first window from $window on that ends after $t, or the end of the windows.
  (func $seek_window (param $window i32) (param $t i64) (result i32)
    (block $found
      (loop $next
        (br_if $found (i32.ge_u (local.get $window) (global.get $items_end)))
        (br_if $found (i64.gt_s (i64.load offset=8 (local.get $window)) (local.get $t)))
        (local.set $window (i32.add (local.get $window) (i32.const 16)))
        (br $next)))
    (local.get $window))

  ;; Windows with at least one alarm inside [from, to).
  (func $count_windows_hit (result i64)
    (local $at i32) (local $alarm i32) (local $count i64)
    (local.set $at (global.get $windows_at))
    (local.set $alarm (global.get $alarms_at))
    (block $done
      (loop $window
        (br_if $done (i32.ge_u (local.get $at) (global.get $items_end)))
        (local.set $alarm (call $seek_alarm (local.get $alarm) (i64.load (local.get $at))))
        (br_if $done (i32.ge_u (local.get $alarm) (global.get $windows_at)))
        (if (i64.lt_s (i64.load offset=8 (local.get $alarm)) (i64.load offset=8 (local.get $at)))
          (then (local.set $count (i64.add (local.get $count) (i64.const 1)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $window)))
    (local.get $count))

  ;; The first alarm from $alarm on that is not before $t, or the end of the alarms.
  (func $seek_alarm (param $alarm i32) (param $t i64) (result i32)
    (block $found
      (loop $next
        (br_if $found (i32.ge_u (local.get $alarm) (global.get $windows_at)))
        (br_if $found (i64.ge_s (i64.load offset=8 (local.get $alarm)) (local.get $t)))
        (local.set $alarm (i32.add (local.get $alarm) (i32.const 16)))
        (br $next)))
    (local.get $alarm))

  ;; part / whole in parts per million, rounded down; 0 when there is no whole: no alarms, no precision.
  (func $ppm (param $part i64) (param $whole i64) (result i64)
    (if (i64.eqz (local.get $whole)) (then (return (i64.const 0))))
    (i64.div_s (i64.mul (local.get $part) (i64.const 1000000)) (local.get $whole)))

  ;; ---------------------------------------------------------------- output

  ;; Writes the report and answers where it lies: ptr << 32 | len.
  (func $report
    (param $verdict i32) (param $code i32) (param $rows i64)
    (param $alarm_days i64) (param $alarm_days_true i64)
    (param $windows i64) (param $windows_hit i64)
    (result i64)
    (global.set $cursor (global.get $OUTPUT))
    (call $text (global.get $KEY_ALARM_DAYS))
    (call $number (local.get $alarm_days))
    (call $text (global.get $KEY_ALARM_DAYS_TRUE))
    (call $number (local.get $alarm_days_true))
    (call $text (global.get $KEY_CODE))
    (call $text (local.get $code))
    (call $text (global.get $KEY_PRECISION))
    (call $number (call $ppm (local.get $alarm_days_true) (local.get $alarm_days)))
    (call $text (global.get $KEY_RECALL))
    (call $number (call $ppm (local.get $windows_hit) (local.get $windows)))
    (call $text (global.get $KEY_ROWS))
    (call $number (local.get $rows))
    (call $text (global.get $KEY_VERDICT))
    (call $text (local.get $verdict))
    (call $text (global.get $KEY_WINDOWS))
    (call $number (local.get $windows))
    (call $text (global.get $KEY_WINDOWS_HIT))
    (call $number (local.get $windows_hit))
    (call $text (global.get $CLOSE))
    (i64.or
      (i64.shl (i64.extend_i32_u (global.get $OUTPUT)) (i64.const 32))
      (i64.extend_i32_u (i32.sub (global.get $cursor) (global.get $OUTPUT)))))

  ;; Appends the zero-ended text at $at.
  (func $text (param $at i32)
    (local $byte i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.tee $byte (i32.load8_u (local.get $at)))))
        (call $byte (local.get $byte))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next))))

  ;; Appends $value, which is never negative and at most 1,048,576, in decimal.
  (func $number (param $value i64)
    (local $unit i64)
    (local.set $unit (i64.const 1))
    (block $top
      (loop $up
        (br_if $top (i64.lt_u (i64.div_u (local.get $value) (local.get $unit)) (i64.const 10)))
        (local.set $unit (i64.mul (local.get $unit) (i64.const 10)))
        (br $up)))
    (loop $down
      (call $byte
        (i32.add
          (i32.const 48)
          (i32.wrap_i64
            (i64.rem_u (i64.div_u (local.get $value) (local.get $unit)) (i64.const 10)))))
      (local.set $unit (i64.div_u (local.get $unit) (i64.const 10)))
      (br_if $down (i64.ne (local.get $unit) (i64.const 0)))))

  (func $byte (param $byte i32)
    (i32.store8 (global.get $cursor) (local.get $byte))
    (global.set $cursor (i32.add (global.get $cursor) (i32.const 1)))))
