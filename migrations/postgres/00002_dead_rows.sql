-- +goose Up
-- Dead rows are few among many that are closed, and are asked for at every look
-- at the metrics. The condition is on ref, which is set only when a row is set
-- aside: one on state would make every change of a row write to the index.
CREATE INDEX work_dead ON work (closed_at) WHERE ref <> '';

-- +goose Down
DROP INDEX work_dead;
