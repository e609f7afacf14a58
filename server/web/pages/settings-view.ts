/** From members and keys to the flat object that the settings page prints. Pure. */
import type { ApiKey, Member, Viewer } from '../../auth/index.js';
import type { Links } from '../links.js';
import type { About } from './about.js';
import type { viewAppliance } from './appliance-view.js';
import type { Secret, viewWebhooks } from './webhook-forms.js';
import { calendarDay } from './wording.js';

/** What has just happened, said once at the top; a secret is there only in the answer that made it. */
export interface SettingsNews {
  done?: string | undefined;
  /** With the form that it is about. */
  error?: { form: 'password' | 'key' | 'member' | 'list' | 'webhook'; text: string };
  secret?: Secret;
  typedName?: string;
}

export interface SettingsViewInput {
  viewer: Viewer;
  /** Those that the viewer may see, revoked ones too. */
  keys: ApiKey[];
  /** Empty for who is no admin. */
  members: Member[];
  news: SettingsNews;
  /** Those two for admins only. */
  webhooks: Awaited<ReturnType<typeof viewWebhooks>> | undefined;
  appliance: ReturnType<typeof viewAppliance> | undefined;
  about: About;
  onPage: Pick<Links, 'to'>;
  assetsPath: string;
}

export function viewSettings(input: SettingsViewInput) {
  const { viewer, keys, members, news, webhooks, appliance, about, onPage, assetsPath } = input;
  const isAdmin = viewer.role === 'admin';
  const names = new Map(members.map(({ memberId, username }) => [memberId, username]));
  const { to } = onPage;
  const valid = keys.filter((key) => key.revokedAtMs === undefined);
  return {
    title: 'Settings · Lanternshare',
    area: 'settings',
    assets: assetsPath,
    roleText: ROLES[viewer.role],
    isAdmin,
    done: news.done,
    secret: news.secret,
    typedName: news.typedName ?? '',
    errors: news.error ? { [news.error.form]: news.error.text } : {},
    webhooks,
    appliance,
    about,
    docsPath: to('/docs'),
    passwordAction: to('/settings/password'),
    everywhereAction: to('/settings/sign-out-everywhere'),
    addKeyAction: to('/settings/keys'),
    addMemberAction: to('/settings/members'),
    keys: valid.map((key) => ({
      name: key.name,
      facts: [whose(key, viewer, names), `made ${calendarDay(key.createdAtMs)}`, lastUse(key)]
        .filter(Boolean)
        .join(' · '),
      // It would be valid again at the next start.
      revokeAction: key.isFixed ? undefined : to(`/settings/keys/${key.id}/revoke`),
    })),
    members: members.map((member) => ({
      name: member.username,
      facts: `${ROLES[member.role]} · since ${calendarDay(member.createdAtMs)}`,
      isSelf: member.memberId === viewer.memberId,
      resetAction: to(`/settings/members/${member.memberId}/reset`),
      removeAction: to(`/settings/members/${member.memberId}/remove`),
    })),
  };
}

const ROLES = { admin: 'Admin', member: 'Member' } as const;

function lastUse({ lastUsedAtMs }: ApiKey): string {
  return lastUsedAtMs === undefined ? 'never used' : `last used ${calendarDay(lastUsedAtMs)}`;
}

function whose({ memberId, isFixed }: ApiKey, viewer: Viewer, names: Map<string, string>): string {
  if (isFixed) return 'set by API_KEY';
  if (memberId === undefined) return 'of the appliance';
  return memberId === viewer.memberId ? '' : `of ${names.get(memberId) ?? 'another member'}`;
}
