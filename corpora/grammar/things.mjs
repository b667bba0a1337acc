/** What the reviews of the sample corpus are about: dishes by kitchen, people, places, occasions. No names of real ones. */

const list = (text) =>
  text
    .trim()
    .split(/\s*,\s*/)
    .map((item) => item.replace(/\s+/g, ' '));

/** By kitchen; a "+" marks a plural. The frequent ones come first. */
export const dishes = {
  Italian:
    list(`pasta, pizza, lasagna, carbonara, meatballs+, gnocchi+, risotto, calamari, tiramisù, bruschetta,
    ravioli+, eggplant parmesan, osso buco, arancini+, panna cotta, focaccia, minestrone, cannoli+, burrata, pappardelle`),
  Mexican:
    list(`tacos+, burrito, guacamole, enchiladas+, salsa, quesadilla, nachos+, carnitas+, fajitas+, jalapeño poppers+,
    tamales+, mole, pozole, ceviche, chile relleno, elote, churros+, tostadas+, carne asada, horchata`),
  Chinese:
    list(`dumplings+, fried rice, noodles+, orange chicken, hot and sour soup, spring rolls+, mapo tofu, Peking duck,
    dim sum, scallion pancakes+, kung pao chicken, wontons+, egg rolls+, eggplant in garlic sauce, bao buns+, congee`),
  Japanese:
    list(`sushi, ramen, tempura, salmon roll, miso soup, gyoza+, sashimi, teriyaki chicken, edamame, udon,
    tonkatsu, yakitori skewers+, katsu curry, mochi, takoyaki+, chirashi bowl`),
  Indian:
    list(`curry, naan, butter chicken, samosas+, tikka masala, biryani, saag paneer, dal, vindaloo, pakoras+,
    tandoori chicken, mango lassi, chana masala, korma, dosas+, gulab jamun`),
  Thai: list(`pad thai, green curry, tom yum soup, papaya salad, red curry, drunken noodles+, spring rolls+, mango sticky
    rice, panang curry, satay skewers+, larb, massaman curry, khao soi`),
  American:
    list(`burger, fries+, steak, ribs+, wings+, mac and cheese, onion rings+, club sandwich, fried chicken, chili,
    mashed potatoes+, coleslaw, cornbread, pulled pork, brisket, meatloaf, milkshake, apple pie, cheesecake, pot roast`),
  French:
    list(`onion soup, steak frites, duck confit, crème brûlée, quiche, escargots+, croissants+, bouillabaisse,
    coq au vin, ratatouille, pâté, crêpes+, profiteroles+, cassoulet, mussels+, tarte tatin, soufflé`),
  breakfast:
    list(`pancakes+, omelette, coffee, eggs Benedict+, hash browns+, waffles+, French toast, bacon, biscuits and
    gravy+, avocado toast, breakfast burrito, scrambled eggs+, cinnamon roll, huevos rancheros+, granola, latte`),
  seafood:
    list(`shrimp, salmon, clam chowder, crab cakes+, lobster roll, oysters+, fish and chips+, scallops+, grilled
    octopus, fish tacos+, swordfish, crawfish étouffée, paella, mussels+, cioppino, tuna tartare`),
  Greek:
    list(`gyro, hummus, falafel, souvlaki, Greek salad, moussaka, baklava, spanakopita, lamb chops+, dolmas+,
    tzatziki, grilled halloumi, pita, saganaki`),
  Vietnamese:
    list(`pho, banh mi, summer rolls+, vermicelli bowl, broken rice plate, spring rolls+, lemongrass chicken,
    bánh xèo, iced coffee, bún bò Huế, clay pot catfish`),
};

/** Served anywhere. */
export const sides =
  list(`bread, salad, soup, chicken, appetizers+, dessert, desserts+, drinks+, wine, house salad,
  cocktails+, vegetables+, beer, sangria, margaritas+, chocolate cake, iced tea, bread pudding, soup of the day,
  daily special, side dishes+, portions+`);

export const people =
  list(`husband, wife, friend, mom, daughter, boyfriend, girlfriend, son, sister, dad, brother, boss,
  coworker, partner, cousin, roommate, mother-in-law, niece, grandfather, neighbor, fiancé, fiancée`);

export const groups =
  list(`my husband, my wife, a friend, my family, some coworkers, my parents, a group of eight, two
  friends, my kids, my sister, a date, my in-laws, the whole team, my book club, an old classmate, my running group`);

export const staff =
  list(`waitress, server, waiter, hostess, bartender, manager, owner, cashier, host, busboy, chef,
  sommelier, barista, maître d'`);

export const days =
  list(`Friday night, Saturday night, Sunday morning, a Tuesday, a weeknight, Valentine's Day, a rainy
  Monday, Mother's Day, a Thursday evening, New Year's Eve, a Wednesday around noon, the Fourth of July weekend`);

export const occasions =
  list(`dinner, lunch, brunch, my birthday, our anniversary, a quick bite, happy hour, a work lunch,
  a date night, breakfast, a late dinner, a graduation dinner, takeout, a baby shower, drinks and appetizers, a farewell
  party, a rehearsal dinner`);

export const restaurants =
  list(`Marigold, The Copper Ladle, Casa Lumbre, Blue Heron, Nonna Pia, Lotus Garden, The Rusty
  Anchor, Saffron House, Little Juniper, Golden Crane, Taverna Elpida, Chez Odile, The Hungry Badger, Pho Sao Mai, El Zorro
  Verde, Maple & Thyme, Trattoria Bellavista, The Night Kitchen, Harbor Street Grill, Café Mirabelle, Sakura Lane, Bombay
  Terrace, The Tin Rooster, Olive & Ash, Pepper Tree, Dos Hermanas, The Velvet Spoon, Old Mill Diner, Jade Pavilion, Fern`);

export const streets =
  list(`Third Street, Main, the corner of Elm and Ninth, Harbor Road, Route 9, College Avenue, the
  waterfront, Mill Street, the square, Cedar Lane, Fifth, Lincoln, the boardwalk, Prospect, Washington Avenue`);

export const towns =
  list(`Scottsdale, Pittsburgh, Phoenix, Madison, Portland, Austin, Toronto, Cleveland, San Diego,
  Charlotte, Tucson, Boise, Omaha, Savannah, Halifax, Santa Fe, Duluth, Baton Rouge`);
