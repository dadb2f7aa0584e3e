package dialogs_test

import "testing"

// Hours, pauses and days that there are not: the field says which there are, and
// asks again.
func TestAutoSaysWhatIsAllowed(t *testing.T) {
	t.Parallel()
	for lang, talk := range map[string]string{
		"ru": `
			> [Автообновление]
			> [Готово]
			< Нужен хотя бы один день недели: отметьте его или напишите, например: пн, вт, сб.
			< Автообновление › Дни недели
			> пн, завтра
			< Дня «завтра» нет. Напишите дни через запятую: пн, вт, ср, чт, пт, сб, вс.
			> пн
			> [С какого часа]
			> 25
			< Час — целое число от 0 до 23, например: 10
			< Автообновление › С какого часа
			> 10
			> [До какого часа]
			> -1
			< Час — целое число от 0 до 23
			> 18
			> [Как часто]
			> 45
			< Можно: 30 минут, 1 час, 2 часа, 3 часа, 4 часа, 6 часов, 8 часов, 12 часов, 24 часа.
			< Автообновление › Как часто
			> 30
			< Будет: каждые 30 минут, 10:00–18:00, пн.
		`,
		"ro": `
			> [Republicare automată]
			> [Gata]
			< E nevoie de cel puțin o zi a săptămânii: bifați-o sau scrieți, de exemplu: lu, ma, sâ.
			< Republicare automată › Zilele săptămânii
			> lu, mâine
			< Nu există ziua „mâine”. Scrieți zilele separate prin virgulă: lu, ma, mi, jo, vi, sâ, du.
			> lu
			> [De la ora]
			> 25
			< Ora este un număr întreg de la 0 la 23, de exemplu: 10
			< Republicare automată › De la ora
			> 10
			> [Până la ora]
			> -1
			< Ora este un număr întreg de la 0 la 23
			> 18
			> [Cât de des]
			> 45
			< Intervale posibile: 30 de minute, 1 oră, 2 ore, 3 ore, 4 ore, 6 ore, 8 ore, 12 ore, 24 de ore.
			< Republicare automată › Cât de des
			> 30 de minute
			< la fiecare 30 de minute, 10:00–18:00, lu.
		`,
		"ky": `
			> [Автожаңыртуу]
			> [Даяр]
			< Жок дегенде бир күн керек: аны белгилеңиз же жазыңыз, мисалы: дш, шш, иш.
			< Автожаңыртуу › Жума күндөрү
			> дш, эртең
			< «эртең» деген күн жок. Күндөрдү үтүр менен жазыңыз: дш, шш, шр, бш, жм, иш, жк.
			> дш
			> [Саат канчадан]
			> 25
			< Саат — 0дөн 23кө чейинки бүтүн сан, мисалы: 10
			< Автожаңыртуу › Саат канчадан
			> 10
			> [Саат канчага чейин]
			> -1
			< Саат — 0дөн 23кө чейинки бүтүн сан
			> 18
			> [Канча убакыт сайын]
			> 45
			< Мүмкүн болгондору: 30 мүнөт, 1 саат, 2 саат, 3 саат, 4 саат, 6 саат, 8 саат, 12 саат, 24 саат.
			< Автожаңыртуу › Канча убакыт сайын
			> 30
			< 30 мүнөт сайын, 10:00–18:00, дш.
		`,
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			c := seat(t, clockwork(never))
			c.person.LangCode = lang
			c.talk("> /ads\n> [Вещь]\n" + talk)
		})
	}
}
