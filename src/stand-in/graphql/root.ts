/** Where every GraphQL document begins: queries and mutations. */
import type { Call } from '../rest/route.js';
import { canSee } from '../rest/route.js';
import { accountNode } from './accounts.js';
import { commitNodeAt } from './commit.js';
import { findNode } from './find.js';
import { mutations } from './mutations.js';
import { type Arguments, type Node, type Reader, refuse, textArgument } from './node.js';
import { pullNode } from './pull.js';
import { repositoryNode } from './repository.js';

export function rootNode(call: Call): Node {
  const { world } = call;
  const reader: Reader = {
    world,
    call,
    make: {
      repository: (repository) => repositoryNode(reader, repository),
      pull: (repository, issue) => pullNode(reader, repository, issue),
      commitAt: (repository, sha) => commitNodeAt(reader, repository, sha),
    },
  };
  return {
    node: (args: Arguments) => nodeOrRefusal(reader, textArgument(args, 'id') ?? ''),
    nodes: ({ ids }: Arguments) => Promise.all((Array.isArray(ids) ? ids : []).map((id: unknown) => findNode(reader, String(id)))),
    repository: (args: Arguments) => {
      const [owner, name] = [textArgument(args, 'owner') ?? '', textArgument(args, 'name') ?? ''];
      const followed = args.followRenames === false ? undefined : world.formerly(owner, name);
      const repository = world.repository(owner, name) ?? followed;
      if (repository === undefined || !canSee(call, repository)) {
        throw refuse('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      }
      return repositoryNode(reader, repository);
    },
    viewer: () => {
      const { caller } = call;
      if (caller.kind !== 'installation' && caller.kind !== 'person') throw refuse('FORBIDDEN', 'Resource not accessible by integration');
      return { ...accountNode(world, caller.actor.account), __typename: 'User', login: caller.actor.account.login };
    },
    rateLimit: () => ({ ...call.rate, cost: 1, nodeCount: 1 }),
    user: (args: Arguments) => {
      const account = world.account(textArgument(args, 'login') ?? '');
      if (account?.kind !== 'User') throw refuse('NOT_FOUND', `Could not resolve to a User with the login of '${String(args.login)}'.`);
      return accountNode(world, account);
    },
    ...mutations(reader),
  };
}

async function nodeOrRefusal(reader: Reader, id: string): Promise<Node> {
  const found = await findNode(reader, id);
  if (found === null) throw refuse('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
  return found;
}
