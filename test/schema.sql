CREATE TABLE migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT;

CREATE TABLE media_files (
  id TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  device TEXT NOT NULL,
  inode TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  mtime_ms TEXT NOT NULL,
  display_name TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('video', 'upload')),
  state TEXT NOT NULL CHECK (state IN ('pending', 'processing', 'published', 'failed')),
  media_type TEXT NOT NULL CHECK (media_type IN ('video', 'audio')),
  error TEXT,
  error_detail TEXT,
  fingerprint TEXT,
  generation_id TEXT REFERENCES generations (id),
  metadata TEXT,
  duration_seconds REAL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  gone_at_ms INTEGER
, withdrawn_at_ms INTEGER, folder TEXT GENERATED ALWAYS AS (rtrim(path, replace(path, '/', ''))) VIRTUAL) STRICT;

CREATE UNIQUE INDEX media_files_path ON media_files (path) WHERE gone_at_ms IS NULL;

CREATE INDEX media_files_gone_path ON media_files (path) WHERE gone_at_ms IS NOT NULL;

CREATE INDEX media_files_gone_size ON media_files (size_bytes) WHERE gone_at_ms IS NOT NULL;

CREATE INDEX media_files_gone_at ON media_files (gone_at_ms) WHERE gone_at_ms IS NOT NULL;

CREATE INDEX media_files_fingerprint ON media_files (fingerprint) WHERE fingerprint IS NOT NULL;

CREATE INDEX media_files_generation ON media_files (generation_id) WHERE generation_id IS NOT NULL;

CREATE TABLE generations (
  id TEXT PRIMARY KEY,
  file_id TEXT REFERENCES media_files (id) ON DELETE SET NULL,
  size_bytes INTEGER NOT NULL,
  mtime_ms TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  info TEXT NOT NULL,
  plan TEXT NOT NULL
) STRICT;

CREATE INDEX generations_by_file ON generations (file_id, created_at_ms, id);

CREATE TABLE shares (
  id TEXT PRIMARY KEY,
  file_id TEXT NOT NULL REFERENCES media_files (id) ON DELETE CASCADE,
  title TEXT,
  description TEXT,
  metadata TEXT,
  visibility TEXT NOT NULL CHECK (visibility IN ('public', 'private')),
  link_preview TEXT NOT NULL CHECK (link_preview IN ('none', 'full', 'player')),
  epoch INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  merged_at_ms INTEGER
, file_segment_id TEXT REFERENCES clips (id) ON DELETE CASCADE, password_hash TEXT, expires_at_ms INTEGER, max_views INTEGER, view_count INTEGER NOT NULL DEFAULT 0, is_stream_only INTEGER NOT NULL DEFAULT 0, allowed_origins TEXT) STRICT;

CREATE INDEX shares_by_file ON shares (file_id, created_at_ms, id);

CREATE INDEX shares_by_time ON shares (created_at_ms, id, visibility);

CREATE TABLE members (
  id TEXT PRIMARY KEY,
  username TEXT NOT NULL COLLATE NOCASE UNIQUE,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
  created_at_ms INTEGER NOT NULL
, session_epoch INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE sessions (
  id_hash TEXT PRIMARY KEY,
  member_id TEXT REFERENCES members (id) ON DELETE CASCADE,
  data TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_by_member ON sessions (member_id);

CREATE INDEX sessions_by_expiry ON sessions (expires_at_ms);

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,
  is_fixed INTEGER NOT NULL CHECK (is_fixed IN (0, 1)),
  created_at_ms INTEGER NOT NULL,
  last_used_at_ms INTEGER,
  revoked_at_ms INTEGER
, member_id TEXT REFERENCES members (id) ON DELETE SET NULL) STRICT;

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE INDEX api_keys_by_member ON api_keys (member_id);

CREATE INDEX media_files_unfinished ON media_files (created_at_ms, id, state, gone_at_ms, withdrawn_at_ms)
  WHERE state IN ('pending', 'processing') AND gone_at_ms IS NULL AND withdrawn_at_ms IS NULL;

CREATE INDEX media_files_by_time ON media_files (created_at_ms, id, state, gone_at_ms, withdrawn_at_ms)
  WHERE gone_at_ms IS NULL AND withdrawn_at_ms IS NULL;

CREATE INDEX media_files_by_name
  ON media_files (display_name COLLATE NOCASE, id, state, created_at_ms, gone_at_ms, withdrawn_at_ms)
  WHERE gone_at_ms IS NULL AND withdrawn_at_ms IS NULL;

CREATE INDEX media_files_withdrawn ON media_files (created_at_ms, id) WHERE withdrawn_at_ms IS NOT NULL;

CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  endpoint TEXT NOT NULL,
  description TEXT,
  secret TEXT NOT NULL,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  events TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX webhooks_by_time ON webhooks (created_at_ms, id);

CREATE TABLE webhook_deliveries (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  event TEXT NOT NULL,
  body TEXT NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  due_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE sqlite_sequence(name,seq);

CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, number);

CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (due_at_ms, number);

CREATE TABLE segmentations (
  id TEXT PRIMARY KEY,
  file_id TEXT NOT NULL REFERENCES media_files (id) ON DELETE CASCADE,
  config TEXT NOT NULL,
  has_thumbnails INTEGER NOT NULL CHECK (has_thumbnails IN (0, 1)),
  status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX segmentations_by_file ON segmentations (file_id, created_at_ms, id);

CREATE INDEX segmentations_unfinished ON segmentations (created_at_ms, id)
  WHERE status IN ('pending', 'processing');

CREATE TABLE clips (
  id TEXT PRIMARY KEY,
  file_id TEXT NOT NULL REFERENCES media_files (id) ON DELETE CASCADE,
  segmentation_id TEXT REFERENCES segmentations (id) ON DELETE CASCADE,
  start_seconds REAL NOT NULL,
  end_seconds REAL NOT NULL,
  metadata TEXT,
  CHECK (start_seconds >= 0 AND start_seconds < end_seconds)
) STRICT;

CREATE INDEX clips_by_file ON clips (file_id, start_seconds, end_seconds, id);

CREATE INDEX clips_by_segmentation ON clips (segmentation_id, start_seconds, end_seconds, id);

CREATE INDEX media_files_by_folder ON media_files
  (folder, created_at_ms, id, display_name, path, size_bytes, duration_seconds, media_type, state, gone_at_ms, withdrawn_at_ms)
  WHERE gone_at_ms IS NULL AND withdrawn_at_ms IS NULL;

CREATE INDEX media_files_by_size ON media_files (size_bytes, id, gone_at_ms, withdrawn_at_ms)
  WHERE gone_at_ms IS NULL AND withdrawn_at_ms IS NULL;

CREATE INDEX media_files_by_duration ON media_files (ifnull(duration_seconds, 0), id, gone_at_ms, withdrawn_at_ms)
  WHERE gone_at_ms IS NULL AND withdrawn_at_ms IS NULL;

CREATE INDEX media_files_failed ON media_files (created_at_ms, id, gone_at_ms, withdrawn_at_ms)
  WHERE state = 'failed' AND gone_at_ms IS NULL AND withdrawn_at_ms IS NULL;

CREATE UNIQUE INDEX shares_active ON shares (file_id, visibility)
  WHERE file_segment_id IS NULL AND merged_at_ms IS NULL;

CREATE UNIQUE INDEX shares_of_clip ON shares (file_segment_id, visibility)
  WHERE file_segment_id IS NOT NULL;
