-- name: totp_get
SELECT sealed, confirmed_at, last_step, wrong, wrong_until FROM totp WHERE person = $1

-- name: totp_begin
INSERT INTO totp (person, sealed, confirmed_at, last_step, wrong, wrong_until)
VALUES ($1, $2, NULL, 0, 0, 0)
ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed WHERE totp.confirmed_at IS NULL

-- name: totp_confirm
UPDATE totp SET confirmed_at = $2, last_step = $3 WHERE person = $1 AND confirmed_at IS NULL

-- name: totp_take
UPDATE totp SET last_step = $2, wrong = 0, wrong_until = 0 WHERE person = $1 AND last_step < $2

-- name: totp_wrong
UPDATE totp SET wrong = CASE WHEN wrong_until > $2 THEN wrong + 1 ELSE 1 END,
                wrong_until = CASE WHEN wrong_until > $2 THEN wrong_until ELSE $3 END
WHERE person = $1

-- name: totp_delete
DELETE FROM totp WHERE person = $1

-- name: recovery_insert
INSERT INTO recovery_code (person, code_hash) VALUES ($1, $2)

-- name: recovery_take
DELETE FROM recovery_code WHERE person = $1 AND code_hash = $2

-- name: recovery_end
DELETE FROM recovery_code WHERE person = $1

-- name: recovery_count
SELECT COUNT(*) FROM recovery_code WHERE person = $1
