"""The people of the sandbox: a sales team and the contacts that marketing and sales know, the same for the same seed.

The team: Mona Weber manages Rita Lang and two more reps in Central Europe; three other managers have three reps each.
Mark Dubois works in marketing and Otto Klein in operations; they own no records. One rep has left Salesforce (and is an
archived owner in HubSpot); another was never given a HubSpot seat.

Of each 100 people, 55 are known to both systems, 20 to marketing alone (they filled in a form), 20 to sales alone (a
card from a fair), and 5 are what every portal has: an address on two Salesforce contacts, a HubSpot contact without a
last name or a company, an address in capitals, a second address. What is missing, is missing honestly: no phone, no job
title, a title of "n/a".
"""

from sandbox.people.populate import populate

__all__ = ["populate"]
